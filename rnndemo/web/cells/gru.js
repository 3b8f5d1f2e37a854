// Gated recurrent unit, as in rnndemo/models/cells/gru.py

import { CELLS, sigmoid } from "./cells.js";

CELLS.gru = {
  gates: ["r", "z", "n"],
  memory: false,
  step({ hidden }, x, y, h0, _c0, h, _c, gates) {
    for (let u = 0, Z = hidden, N = 2 * hidden; u < hidden; u++, Z++, N++) {
      const r = sigmoid(x[u] + y[u]), z = sigmoid(x[Z] + y[Z]);
      const n = Math.tanh(x[N] + r * y[N]);
      gates[0][u] = r; gates[1][u] = z; gates[2][u] = n;
      h[u] = (1 - z) * n + z * h0[u];
    }
  },
};
