// Elman's cell, as in rnndemo/models/cells/rnn.py

import { CELLS } from "./cells.js";

CELLS.rnn = {
  gates: [],
  memory: false,
  step({ features, hidden, wx, wh, bx, bh, nonlinearity }, x, h0, _c0, h) {
    for (let u = 0; u < hidden; u++) {
      let a = bx[u] + bh[u];
      for (let k = 0, w = u * features; k < features; k++, w++) a += wx[w] * x[k];
      for (let k = 0, w = u * hidden; k < hidden; k++, w++) a += wh[w] * h0[k];
      h[u] = nonlinearity === "relu" ? Math.max(0, a) : Math.tanh(a);
    }
  },
};
