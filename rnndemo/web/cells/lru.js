// Linear recurrent unit, as in rnndemo/models/cells/lru.py

import { CELLS } from "./cells.js";

CELLS.lru = {
  gates: [],
  memory: true,
  // λ is rounded as it is there: over hundreds of timesteps, the difference would show
  prepare(weight) {
    const scale = Float64Array.from(weight("gamma"), Math.exp);
    const turns = Array.from(weight("theta"), Math.exp);
    const sizes = Array.from(weight("nu"), (nu) => Math.exp(-Math.min(30, Math.exp(nu))));
    const part = (of) => Float32Array.from(sizes, (size, u) => size * of(turns[u]));
    return { scale, real: part(Math.cos), imaginary: part(Math.sin) };
  },
  step({ hidden, scale, real, imaginary }, x, _y, h0, c0, h, c) {
    for (let u = 0, I = hidden; u < hidden; u++, I++) {
      const cos = real[u], sin = imaginary[u];
      h[u] = cos * h0[u] - sin * c0[u] + scale[u] * x[u];
      c[u] = sin * h0[u] + cos * c0[u] + scale[u] * x[I];
    }
  },
};
