// Gated recurrent unit, as in rnndemo/models/cells/gru.py

import { CELLS, sigmoid } from "./cells.js";

CELLS.gru = {
  gates: ["r", "z", "n"],
  memory: false,
  step({ features, hidden, wx, wh, bx, bh }, x, h0, _c0, h, _c, gates) {
    for (let u = 0; u < hidden; u++) {
      const b = 3 * u;
      let r = bx[b] + bh[b], z = bx[b + 1] + bh[b + 1], n = bx[b + 2], m = bh[b + 2];
      for (let k = 0, w = b * features; k < features; k++, w += 3) {
        const v = x[k];
        r += wx[w] * v; z += wx[w + 1] * v; n += wx[w + 2] * v;
      }
      for (let k = 0, w = b * hidden; k < hidden; k++, w += 3) {
        const v = h0[k];
        r += wh[w] * v; z += wh[w + 1] * v; m += wh[w + 2] * v;
      }
      r = sigmoid(r);
      z = sigmoid(z);
      n = Math.tanh(n + r * m);
      gates[0][u] = r; gates[1][u] = z; gates[2][u] = n;
      h[u] = (1 - z) * n + z * h0[u];
    }
  },
};
