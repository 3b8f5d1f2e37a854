// What each sweep of the last layer says of a scene, and the mask while the sweeps run: the shares of
// rnndemo/models/scenes.py. `manifest` and weights are what rnndemo/web/scene_packed.py says of a model.

import { fastProducts } from "./products.js";

export const NOTHING = -1; // no sweep has been at a pixel yet, or it is ground
const FULL = 32767; // the largest int16
const SLACK = 1e-6; // of a moment: sums of many small times fall a little short

// The products of a model's mask head: for each direction, states of a place -> shares of its pixels
export function maskHead(manifest, weights, products = fastProducts) {
  const { directions, units, classes, stride } = manifest;
  const outputs = stride * stride * classes, zeros = new Float32Array(outputs);
  const matrix = (_, d) => ({ weight: weights.subarray(d * outputs * units, (d + 1) * outputs * units), bias: zeros });
  return { ...manifest, outputs, bias: weights.subarray(-outputs), products: products(directions.map(matrix)) };
}

// The inked pixels of one scene. `picture` holds its levels, `ink` the lowest of a pixel with ink;
// `places` numbers the places with ink, `states` are their outputs of the last layer, as 16-bit numbers
// of which the largest means `limit`.
export class SweptScene {
  constructor(head, { width, picture, ink, places, states, limit }) {
    const { stride, directions, classes } = head;
    const [columns, rows] = [Math.ceil(width / stride), Math.ceil(picture.length / width / stride)];
    Object.assign(this, { head, picture, width, rows, columns });
    this.lines = directions.map((name) => (name === "down" || name === "up" ? rows : columns));
    this.last = Math.max(...this.lines); // moments until the last sweep has arrived everywhere
    this.shares = sharesOf(head, Float32Array.from(states, (value) => (value * limit) / FULL), places.length);
    const slots = new Map(Array.from(places, (place, slot) => [place, slot]));
    this.pixels = []; // {at, row and column of its place, sub: of its logits in the place, from: in the shares}
    this.byPlace = new Map(); // number of the pixel in the picture -> pixel
    for (let at = 0; at < picture.length; at++) {
      if (picture[at] < ink) continue;
      const [x, y] = [at % width, Math.floor(at / width)];
      const [row, column] = [Math.floor(y / stride), Math.floor(x / stride)];
      const sub = ((y % stride) * stride + (x % stride)) * classes;
      const pixel = { at, row, column, sub, from: slots.get(row * columns + column) * head.outputs + sub };
      this.pixels.push(pixel);
      this.byPlace.set(at, pixel);
    }
  }

  // How many rows or columns a sweep has read at a moment from 0 to `last`
  read(d, moment) {
    return Math.floor((moment * this.lines[d]) / this.last + SLACK);
  }

  // The last whole moment
  whole(moment) {
    return Math.floor(moment + SLACK);
  }

  // The sweeps that have been at a pixel, as flags
  arrived(pixel, moment) {
    return this.head.directions.map((name, d) => {
      const lines = this.read(d, moment);
      if (name === "down") return pixel.row < lines;
      if (name === "up") return pixel.row >= this.rows - lines;
      if (name === "right") return pixel.column < lines;
      return pixel.column >= this.columns - lines;
    });
  }

  // The probabilities of a pixel's classes by the bias and the shares of some sweeps
  odds(pixel, used) {
    const { classes, bias } = this.head;
    const logits = bias.slice(pixel.sub, pixel.sub + classes);
    this.shares.forEach((share, d) => {
      if (used[d]) for (let k = 0; k < classes; k++) logits[k] += share[pixel.from + k];
    });
    return softmax(logits);
  }

  // What is known of each inked pixel at a moment: {at, class or NOTHING, odds}
  mask(moment) {
    const ground = this.head.classes - 1;
    return this.pixels.map((pixel) => {
      const used = this.arrived(pixel, moment);
      if (!used.includes(true)) return { at: pixel.at, label: NOTHING, odds: 0 };
      const { label, odds } = best(this.odds(pixel, used));
      return { at: pixel.at, label: label === ground ? NOTHING : label, odds };
    });
  }

  // Who says what of a pixel: all sweeps together, each alone, all without one; and which one decided:
  // without it, the answer would be another, or less sure than without any other. Null for none.
  verdict(pixel) {
    const names = this.head.directions;
    const all = this.odds(pixel, names.map(() => true)), answer = best(all);
    const alone = names.map((_, d) => best(this.odds(pixel, names.map((_, other) => other === d))));
    const without = names.map((_, d) => {
      const odds = this.odds(pixel, names.map((_, other) => other !== d));
      return { ...best(odds), of: odds[answer.label] };
    });
    return { answer, alone, without, decided: names.length > 1 ? decided(answer, without) : null };
  }
}

function sharesOf(head, states, count) {
  const { units, outputs, products } = head, width = products.length * units;
  return products.map((product, d) => {
    const shares = new Float32Array(count * outputs);
    for (let slot = 0; slot < count; slot++) {
      const from = slot * width + d * units;
      shares.set(product(states.subarray(from, from + units)).subarray(0, outputs), slot * outputs);
    }
    return shares;
  });
}

function decided(answer, without) {
  const changes = without.some(({ label }) => label !== answer.label);
  let found = null;
  without.forEach((one, d) => {
    if (changes ? one.label === answer.label : one.of >= answer.odds) return;
    if (found === null || one.of < without[found].of) found = d;
  });
  return found;
}

function best(odds) {
  let label = 0;
  for (let k = 1; k < odds.length; k++) if (odds[k] > odds[label]) label = k;
  return { label, odds: odds[label] };
}

function softmax(logits) {
  let most = -Infinity, sum = 0;
  for (const value of logits) most = Math.max(most, value);
  for (let k = 0; k < logits.length; k++) sum += logits[k] = Math.exp(logits[k] - most);
  for (let k = 0; k < logits.length; k++) logits[k] /= sum;
  return logits;
}
