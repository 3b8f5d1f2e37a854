// Minimal GRU, as in rnndemo/models/cells/mingru.py

import { CELLS, sigmoid } from "./cells.js";

CELLS.mingru = {
  gates: ["z", "n"],
  memory: false,
  step({ hidden }, x, _y, h0, _c0, h, _c, gates) {
    for (let u = 0, N = hidden; u < hidden; u++, N++) {
      const z = sigmoid(x[u]);
      gates[0][u] = z; gates[1][u] = x[N];
      h[u] = z * x[N] + (1 - z) * h0[u];
    }
  },
};
