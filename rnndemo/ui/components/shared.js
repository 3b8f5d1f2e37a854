// What components of one browser tab know together: the ink on each board, weights by the id of their
// model, whether somebody has drawn, the moment that a page's clock shows, and the unit chosen on Inside.
// Whoever changes a part says so by an event of its name.

const shared = (globalThis.rowByRow ??= { ink: {}, weights: new Map(), touched: false, moment: null, chosen: null });

function tell(name, detail) {
  window.dispatchEvent(new CustomEvent(`rowbyrow-${name}`, { detail }));
}

function hear(name, act, signal) {
  window.addEventListener(`rowbyrow-${name}`, (event) => act(event.detail), { signal });
}
