// Pen strokes -> the pen path as a picture, one row per point: the same terms as
// rnndemo/data/frames/path.py.

import { bounds } from "./pen.js";

const POINTS = 64;

// Float32Array of 64 x 5 in [0, 1]; null for a mere dot, which has no path
export function penPath(strokes) {
  const { extent } = bounds(strokes);
  if (!(extent > 0)) return null;
  const { xs, ys, up } = places(strokes);
  const picture = new Float32Array(POINTS * 5), single = Math.fround;
  for (let k = 0; k < POINTS; k++) {
    const j = Math.max(k, 1);
    const dx = xs[j] - xs[j - 1], dy = ys[j] - ys[j - 1];
    const length = Math.max(Math.sqrt(dx * dx + dy * dy), 1e-9);
    const features =
      [(xs[k] - xs[0]) / extent, (ys[k] - ys[0]) / extent, dx / length, dy / length, up[k] ? 1 : -1];
    features.forEach((value, i) => (picture[k * 5 + i] = single(single(value) + 1) / 2));
  }
  return picture;
}

// Where the pen is at each of 64 points, evenly along the path, and whether it was up before it
function places(strokes) {
  const { xs, ys, at, up } = wholePath(strokes);
  const last = at.length - 1;
  const wanted = Array.from({ length: POINTS }, (_, k) => k * (at[last] / (POINTS - 1)));
  wanted[POINTS - 1] = at[last];
  let edge = 0; // the first whose end is not before the point
  let line = 0; // the last whose start is not behind it
  const found = { xs: [], ys: [], up: [] };
  for (const place of wanted) {
    while (edge < last - 1 && at[edge + 1] < place) edge++;
    while (line < last && at[line + 1] <= place) line++;
    found.up.push(up[edge]);
    for (const [axis, values] of [["xs", xs], ["ys", ys]]) {
      found[axis].push(line === last || at[line] === place ? values[line]
        : ((values[line + 1] - values[line]) / (at[line + 1] - at[line])) * (place - at[line]) + values[line]);
    }
  }
  return found;
}

// All points but those equal to the previous one, the length of the path up to each, and for each
// edge whether the pen is up
function wholePath(strokes) {
  const xs = [], ys = [], at = [], up = [];
  let before = null;
  strokes.forEach((stroke, number) => {
    for (let i = 0; i < stroke.length; i += 2) {
      const point = [stroke[i], stroke[i + 1]];
      const dx = before && point[0] - before[0], dy = before && point[1] - before[1];
      const length = before && Math.sqrt(dx * dx + dy * dy);
      if (before && length > 0) up.push(number > 0 && i === 0);
      if (!before || length > 0) {
        xs.push(point[0]);
        ys.push(point[1]);
        at.push(before ? at[at.length - 1] + length : 0);
      }
      before = point;
    }
  });
  return { xs, ys, at, up };
}
