// Products of weights and vectors, in which nearly all of a reading's time goes: in WebAssembly
// (products.c) where the browser has it, else in JavaScript. Each way takes matrices {weight, bias},
// weight (rows, inputs) with one block of rows a gate, and returns for each a function v -> W v + b,
// whose result is overwritten by its next call.

import { bytesOf } from "./weights.js";

const PAGE = 65536; // bytes; the first is the code's own

const upTo4 = (count) => 4 * Math.ceil(count / 4);

// (rows, inputs) -> (rows / 4, inputs, 4), and the bias, both with rows of zeros up to a multiple of 4
function fours({ weight, bias }) {
  const inputs = weight.length / bias.length, rows = upTo4(bias.length);
  const [sideBySide, sums] = [new Float32Array(rows * inputs), new Float32Array(rows)];
  sums.set(bias);
  for (let row = 0, at = 0; row < bias.length; row++) {
    const start = (row - (row % 4)) * inputs + (row % 4);
    for (let k = 0; k < inputs; k++, at++) sideBySide[start + 4 * k] = weight[at];
  }
  return { weight: sideBySide, bias: sums, rows, inputs };
}

export function plainProducts(matrices) {
  return matrices.map(fours).map(({ weight, bias, rows, inputs }) => {
    const sums = new Float64Array(rows);
    return (v) => {
      for (let row = 0, w = 0; row < rows; row += 4) {
        let a = bias[row], b = bias[row + 1], c = bias[row + 2], d = bias[row + 3];
        for (let k = 0; k < inputs; k++, w += 4) {
          const x = v[k];
          a += weight[w] * x; b += weight[w + 1] * x; c += weight[w + 2] * x; d += weight[w + 3] * x;
        }
        sums[row] = a; sums[row + 1] = b; sums[row + 2] = c; sums[row + 3] = d;
      }
      return sums;
    };
  });
}

// Throws where there is no WebAssembly SIMD.
export function simdProducts(matrices) {
  const all = matrices.map(fours);
  const numbers = ({ weight, rows, inputs }) => weight.length + 2 * rows + upTo4(inputs);
  const bytes = PAGE + 4 * all.reduce((sum, matrix) => sum + numbers(matrix), 0);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  const { product } = new WebAssembly.Instance(new WebAssembly.Module(bytesOf(PRODUCTS)), { env: { memory } }).exports;
  let end = PAGE;
  const place = (values) => {
    const view = new Float32Array(memory.buffer, end, values.length);
    view.set(values);
    end += 4 * upTo4(values.length);
    return view;
  };
  return all.map(({ weight, bias, rows, inputs }) => {
    const parts = [place(weight), place(bias), place(new Float32Array(inputs)), place(new Float32Array(rows))];
    const [, , input, sums] = parts, places = parts.map((part) => part.byteOffset);
    return (v) => {
      input.set(v);
      product(rows, inputs, ...places);
      return sums;
    };
  });
}

export function fastProducts(matrices) {
  try {
    return simdProducts(matrices);
  } catch {
    return plainProducts(matrices);
  }
}
