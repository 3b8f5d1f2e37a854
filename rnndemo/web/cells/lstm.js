// Long short-term memory, as in rnndemo/models/cells/lstm.py

import { CELLS, sigmoid } from "./cells.js";

CELLS.lstm = {
  gates: ["i", "f", "g", "o"],
  memory: true,
  step({ features, hidden, wx, wh, bx, bh }, x, h0, c0, h, c, gates) {
    for (let u = 0; u < hidden; u++) {
      const b = 4 * u;
      let i = bx[b] + bh[b], f = bx[b + 1] + bh[b + 1];
      let g = bx[b + 2] + bh[b + 2], o = bx[b + 3] + bh[b + 3];
      for (let k = 0, w = b * features; k < features; k++, w += 4) {
        const v = x[k];
        i += wx[w] * v; f += wx[w + 1] * v; g += wx[w + 2] * v; o += wx[w + 3] * v;
      }
      for (let k = 0, w = b * hidden; k < hidden; k++, w += 4) {
        const v = h0[k];
        i += wh[w] * v; f += wh[w + 1] * v; g += wh[w + 2] * v; o += wh[w + 3] * v;
      }
      i = sigmoid(i); f = sigmoid(f); g = Math.tanh(g); o = sigmoid(o);
      gates[0][u] = i; gates[1][u] = f; gates[2][u] = g; gates[3][u] = o;
      const cell = f * c0[u] + i * g;
      c[u] = cell;
      h[u] = o * Math.tanh(cell);
    }
  },
};
