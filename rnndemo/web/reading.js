// A whole reading as it is shown: one line for each timestep, the picture, readouts and hidden states.

import { penPath } from "./path.js";
import { render } from "./pen.js";

// What the browser reads of strokes; null for a dot where the pen path is read
export function readingOf(reader, strokes) {
  const { frame, classes, hidden: units, size, threshold } = reader.manifest;
  const picture = frame === "path" ? penPath(strokes) : render(strokes);
  if (!picture) return null;
  reader.read(picture);
  const states = reader.states.at(-1).hidden;
  const every = reader.layers[0].features === 1 ? size[1] : 1; // pixel by pixel: a line has as many as a row
  const time = reader.time / every, width = reader.sequence.length / time;
  const rows = lines(reader.rows, classes.length, every), hidden = lines(states, units, every);
  const limit = hidden.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  return { time, width, units, limit, picture: reader.sequence.slice(), rows, hidden, decided: decisionStep(rows, time, classes.length, threshold) };
}

function lines(values, width, every) {
  if (every === 1) return values.slice();
  const count = values.length / width / every;
  const result = new Float32Array(count * width);
  for (let t = 0; t < count; t++) {
    const from = ((t + 1) * every - 1) * width;
    result.set(values.subarray(from, from + width), t * width);
  }
  return result;
}

// The first timestep from which on the best class is the final one; null if it is turned away
function decisionStep(rows, time, count, threshold) {
  const best = (t) => {
    const row = rows.subarray(t * count, (t + 1) * count);
    return row.indexOf(Math.max(...row));
  };
  const final = best(time - 1);
  if (rows[(time - 1) * count + final] < threshold) return null;
  let t = time - 1;
  while (t > 0 && best(t - 1) === final) t--;
  return t;
}
