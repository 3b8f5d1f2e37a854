// What components of one browser tab know together: the ink on each board, weights by the id of their
// model, and whether somebody has drawn. Whoever changes a part says so by an event of its name.

const shared = (globalThis.rowByRow ??= { ink: {}, weights: new Map(), touched: false });

function tell(name, detail) {
  window.dispatchEvent(new CustomEvent(`rowbyrow-${name}`, { detail }));
}

function hear(name, act, signal) {
  window.addEventListener(`rowbyrow-${name}`, (event) => act(event.detail), { signal });
}
