// Elman's cell, as in rnndemo/models/cells/rnn.py

import { CELLS } from "./cells.js";

CELLS.rnn = {
  gates: [],
  memory: false,
  step({ hidden, nonlinearity }, x, y, _h0, _c0, h) {
    for (let u = 0; u < hidden; u++) {
      const a = x[u] + y[u];
      h[u] = nonlinearity === "relu" ? Math.max(0, a) : Math.tanh(a);
    }
  },
};
