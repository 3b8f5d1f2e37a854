// A component is an object that `make` returns for a place on the page: it is made once, told of
// all that Python sends by `update`, and let go by `dispose`.

function mounted(make) {
  const made = new WeakMap(); // mount point -> object
  return ({ data, parentElement, setTriggerValue }) => {
    let one = made.get(parentElement);
    if (!one) {
      one = make(parentElement);
      made.set(parentElement, one);
    }
    one.update(data, setTriggerValue);
    return () => {
      one.dispose();
      made.delete(parentElement);
    };
  };
}
