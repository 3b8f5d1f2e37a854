// A network that reads in order: picture -> hidden states, gates and a readout at every timestep,
// by the equations of rnndemo/models. `manifest` is what rnndemo/web/packed.py says of a model.

import { CELLS, sigmoid } from "./cells/cells.js";
import { fastProducts } from "./products.js";

export class Reader {
  constructor(manifest, weights, products = fastProducts) {
    Object.assign(this, { manifest, cell: CELLS[manifest.cell], time: 0 });
    const tensors = {};
    this.shapes = {};
    for (const [name, shape, start] of manifest.tensors) {
      tensors[name] = weights.subarray(start, start + shape.reduce((a, b) => a * b, 1));
      this.shapes[name] = shape;
    }
    this.layers = Array.from({ length: manifest.layers }, (_, l) => this.layer(tensors, l, products));
    this.score = tensors["pooling.score.weight"];
    this.outputs = manifest.outputs.map(({ name, size, activation }) => {
      const [weight, bias] = [tensors[`${name}.weight`], tensors[`${name}.bias`]];
      return { weight, bias, size, bend: BENDS[activation] };
    });
  }

  layer(tensors, l, products) {
    const { hidden, nonlinearity } = this.manifest;
    const full = (name) => `layers.${l}.${name}_l0`;
    const named = (name) => exact(tensors[full(name)], tensors[`${full(name)}.rest`]);
    const matrix = (end) => {
      const weight = named(`weight_${end}`);
      return weight && { weight, bias: named(`bias_${end}`) ?? new Float32Array(this.shapes[full(`weight_${end}`)][0]) };
    };
    const [input, recurrent] = products([matrix("ih"), matrix("hh")].filter(Boolean));
    const [, features] = this.shapes[full("weight_ih")];
    return { features, hidden, nonlinearity, input, recurrent, ...this.cell.prepare?.(named) };
  }

  // Make room for sequences of this length; nothing is read yet.
  reserve(time) {
    if (time === this.time) return;
    this.time = time;
    const { hidden, classes } = this.manifest;
    const room = () => new Float32Array(time * hidden);
    this.sequence = new Float32Array(time * this.layers[0].features).fill(NaN);
    this.states = this.layers.map(() => ({
      hidden: room(), cell: this.cell.memory ? room() : null, gates: this.cell.gates.map(room),
    }));
    this.zero = new Float32Array(hidden);
    this.pooled = new Float64Array(time * hidden); // what the pooling keeps of h_0 … h_t
    this.share = Array.from({ length: time }, () => ({ top: -Infinity, sum: 0 })); // of attention
    this.rows = new Float32Array(time * classes.length);
  }

  // Read a picture; what did not change since the last one is not read again. Returns the first
  // timestep that was read. Results lie in `rows` (time, classes) and in each layer's `states`.
  read(picture) {
    const { table } = this.manifest;
    const sequence = table ? Float32Array.from(table, (i) => picture[i]) : picture;
    const { features } = this.layers[0];
    this.reserve(sequence.length / features);
    let same = 0;
    while (same < sequence.length && this.sequence[same] === sequence[same]) same++;
    this.sequence.set(sequence);
    const first = Math.floor(same / features);
    for (let t = first; t < this.time; t++) {
      let x = this.sequence.subarray(t * features, (t + 1) * features);
      this.layers.forEach((layer, l) => (x = this.step(layer, this.states[l], x, t)));
      this.readout(t, x);
    }
    return first;
  }

  // Returns h_t of a layer
  step(layer, { hidden, cell, gates }, x, t) {
    const size = layer.hidden;
    const at = (values) => values && values.subarray(t * size, (t + 1) * size);
    const before = (values) => (t ? values && values.subarray((t - 1) * size, t * size) : this.zero);
    const h = at(hidden);
    const h0 = before(hidden);
    this.cell.step(layer, layer.input(x), layer.recurrent?.(h0), h0, before(cell), h, at(cell), gates.map(at));
    return h;
  }

  readout(t, h) {
    const { classes, output, temperature } = this.manifest;
    let values = this.pool(t, h);
    for (const { weight, bias, size, bend } of this.outputs) {
      const inputs = values;
      values = Float64Array.from({ length: size }, (_, k) => {
        let sum = bias[k];
        for (let i = 0, w = k * inputs.length; i < inputs.length; i++, w++) sum += weight[w] * inputs[i];
        return bend(sum);
      });
    }
    this.rows.set(OUTPUTS[output](values.map((v) => v / temperature)), t * classes.length);
  }

  pool(t, h) {
    const size = h.length, now = this.pooled.subarray(t * size, (t + 1) * size);
    const before = t ? this.pooled.subarray((t - 1) * size, t * size) : null;
    return POOLINGS[this.manifest.pooling](this, t, h, now, before);
  }
}

// A weight that travels in two parts
const exact = (value, rest) => (rest ? Float64Array.from(value, (v, i) => v + rest[i]) : value);

// What each pooling makes of h_0 … h_t: `now` keeps what it needs of them, `before` of those up to t-1
const POOLINGS = {
  last: (_reader, _t, h) => h,
  max(_reader, _t, h, now, before) {
    for (let i = 0; i < h.length; i++) now[i] = before ? Math.max(h[i], before[i]) : h[i];
    return now;
  },
  mean(_reader, t, h, now, before) {
    for (let i = 0; i < h.length; i++) now[i] = h[i] + (before ? before[i] : 0);
    return now.map((sum) => sum / (t + 1));
  },
  // Weights are e^(score - top), where top is the greatest score so far: they never overflow.
  attention(reader, t, h, now, before) {
    const score = h.reduce((sum, v, i) => sum + v * reader.score[i], 0);
    const last = t ? reader.share[t - 1] : { top: -Infinity, sum: 0 };
    const top = Math.max(last.top, score);
    const kept = Math.exp(last.top - top), added = Math.exp(score - top);
    const sum = last.sum * kept + added;
    reader.share[t] = { top, sum };
    for (let i = 0; i < h.length; i++) now[i] = (before ? before[i] * kept : 0) + added * h[i];
    return now.map((v) => v / sum);
  },
};

const BENDS = {
  identity: (v) => v,
  relu: (v) => Math.max(0, v),
  tanh: Math.tanh,
  sigmoid,
  gelu: (v) => (v / 2) * (1 + erf(v / Math.SQRT2)),
};

const OUTPUTS = {
  sigmoid: (logits) => logits.map(sigmoid),
  softmax(logits) {
    const top = Math.max(...logits);
    const odds = logits.map((v) => Math.exp(v - top));
    const sum = odds.reduce((a, b) => a + b);
    return odds.map((v) => v / sum);
  },
};

// The error function: its power series near 0, its continued fraction farther out
function erf(x) {
  const z = Math.abs(x);
  return Math.sign(x) * (z < 3 ? erfNear(z) : 1 - erfcFar(z));
}

function erfNear(z) {
  let term = z, sum = z;
  for (let n = 1; n < 60; n++) {
    term *= (-z * z) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function erfcFar(z) {
  let fraction = 0;
  for (let k = 40; k > 0; k--) fraction = k / 2 / (z + fraction);
  return Math.exp(-z * z) / ((z + fraction) * Math.sqrt(Math.PI));
}
