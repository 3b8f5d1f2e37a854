// Keeps the moment that a page shows in its URL, once it rests: row, layer and unit. The entry of the
// browser's history is replaced, so that Back leaves the page and does not walk through the rows.

const REST = 400; // milliseconds without a change
const LOOK = 1000; // milliseconds between looks at the URL, where the browser says nothing of its changes

function keepMomentInLink(signal) {
  const page = location.pathname;
  const moment = { ...shared.chosen };
  let timer = null;
  const write = () => {
    if (location.pathname !== page) return; // the person has gone on
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(moment)) {
      if (value === null) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  };
  const keep = (parts, resting = true) => {
    Object.assign(moment, parts);
    clearTimeout(timer);
    timer = resting ? setTimeout(write, REST) : null;
  };
  // the last row is where every page begins, so a link need not say it
  hear("moment", ({ row, last, playing }) => keep({ row: row < last ? row : null }, !playing), signal);
  hear("chosen", ({ layer, unit }) => keep({ layer, unit }), signal);
  // when the app writes the rest of the URL, it leaves these out
  globalThis.navigation?.addEventListener("currententrychange", () => keep({}), { signal });
  const look = () => shared.moment?.playing || write();
  const looking = globalThis.navigation ? null : setInterval(look, LOOK);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    clearInterval(looking);
  });
}
