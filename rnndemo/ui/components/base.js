// What every component uses. `make` returns an object once for each mount point; its `update` then
// gets whatever Python sends, and its `dispose` is called when the mount point is gone. Until the
// first update the mount point is hidden: its parts have no names yet.

function mounted(make) {
  const made = new WeakMap(); // mount point -> object
  return ({ data, parentElement, setTriggerValue, setStateValue }) => {
    let component = made.get(parentElement);
    if (!component) {
      component = make(parentElement);
      made.set(parentElement, component);
    }
    parentElement.querySelector('[style="visibility: hidden"]')?.removeAttribute("style");
    component.update(data, setTriggerValue, setStateValue);
    return () => {
      // Streamlit also cleans up after a call that newer data overtook: the mount point is still there
      if (parentElement.isConnected || !made.has(parentElement)) return;
      component.dispose();
      made.delete(parentElement);
    };
  };
}

// The URL of a file that the app serves, whatever the path below which a proxy puts the app
function served(address) {
  return new URL(address, window.__streamlit?.BACKEND_BASE_URL ?? location.href);
}

// What hears arrow keys itself has the role "application": under any other, screen readers keep these
// keys for reading on.

// A picture is one to a screen reader from the moment on at which it has a name
function nameImage(node, name) {
  node.setAttribute("aria-label", name);
  if (name) node.setAttribute("role", "img");
  else node.removeAttribute("role");
}

// A button that has nothing to do keeps the focus of the keyboard, which one that is disabled loses;
// whoever hears its clicks ignores them then.
function enable(button, on) {
  button.disabled = false; // as it is in the HTML, until the script has come
  button.setAttribute("aria-disabled", String(!on));
}

// Numbers that Python packed in base64, as a typed array
function unpack(packed, Numbers) {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new Numbers(bytes.buffer);
}
