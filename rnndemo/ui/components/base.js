// What every component uses. A component is an object that `make` returns for a place on the page:
// it is made once, told of all that Python sends by `update`, and let go by `dispose`.

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

// A text of Python with its {names} replaced
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// Numbers that Python packed in base64, as a typed array
function unpack(packed, Numbers) {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new Numbers(bytes.buffer);
}
