// Long short-term memory, as in rnndemo/models/cells/lstm.py

import { CELLS, sigmoid } from "./cells.js";

CELLS.lstm = {
  gates: ["i", "f", "g", "o"],
  memory: true,
  step({ hidden }, x, y, _h0, c0, h, c, gates) {
    for (let u = 0, F = hidden, G = 2 * hidden, O = 3 * hidden; u < hidden; u++, F++, G++, O++) {
      const i = sigmoid(x[u] + y[u]), f = sigmoid(x[F] + y[F]);
      const g = Math.tanh(x[G] + y[G]), o = sigmoid(x[O] + y[O]);
      gates[0][u] = i; gates[1][u] = f; gates[2][u] = g; gates[3][u] = o;
      const cell = f * c0[u] + i * g;
      c[u] = cell;
      h[u] = o * Math.tanh(cell);
    }
  },
};
