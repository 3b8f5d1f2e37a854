// How a drawing could go on: it is laid over the beginnings of known forms, and the rest of those it
// fits is what is still to be drawn. Strokes are [x0, y0, x1, y1, …].

const SAMPLES = 24; // points of a stroke that are compared
const SHARES = Array.from({ length: 18 }, (_, i) => (i + 3) / 20); // of a form's stroke that may be drawn
const CLOSE = 0.075; // mean distance that still fits, as a share of the finished drawing
const USUAL = 0.65; // of the board's side: how large people draw
const SIZES = [0.2, 1]; // how large a finished drawing may be
const HABIT = 0.02; // how much a size that is twice or half the usual one counts as distance
const NEAR = 0.03; // of the board's side: strokes whose ends are as near are one
const ASKEW = 1.5; // how much wider or narrower than the form a drawing may be

// For each label the best continuation: { label, distance, rest }, where `rest` are the strokes still
// to be drawn on a board of this side. `forms` are { label, strokes }, at any scale.
export function continuations(strokes, forms, side) {
  const best = new Map();
  if (!strokes.length) return [];
  const drawn = joined(strokes, NEAR * side).map((stroke) => sampled(stroke, 1));
  for (const form of forms) {
    const found = fitted(drawn, form.strokes, side);
    if (found && found.distance < (best.get(form.label)?.distance ?? CLOSE)) {
      best.set(form.label, { label: form.label, form, ...found });
    }
  }
  const pen = strokes.at(-1).slice(-2);
  return [...best.values()]
    .sort((a, b) => a.distance - b.distance)
    .map(({ label, distance, form, share, place }) => ({
      label, distance, rest: restOf(form.strokes, drawn.length, share, place, pen),
    }));
}

function joined(strokes, near) {
  const result = [[...strokes[0]]];
  for (const stroke of strokes.slice(1)) {
    const last = result.at(-1), [x, y] = last.slice(-2);
    if (Math.hypot(stroke[0] - x, stroke[1] - y) <= near) last.push(...stroke);
    else result.push([...stroke]);
  }
  return result;
}

// The share of the form that fits the drawing best, and where the form then lies
function fitted(drawn, form, side) {
  if (form.length < drawn.length) return null;
  let best = null;
  const before = form.slice(0, drawn.length - 1).map((stroke) => sampled(stroke, 1));
  for (const share of SHARES) {
    const begun = [...before, sampled(form[drawn.length - 1], share)].flat();
    const place = overlay(begun, drawn.flat());
    const box = place && boxOf(form.map((stroke) => placed(stroke, place)));
    if (!box || !staysOn(box, side)) continue;
    const habit = HABIT * Math.abs(Math.log2(box.extent / (USUAL * side)));
    const distance = apart(placed(begun, place), drawn.flat()) / box.extent + habit;
    if (distance < (best?.distance ?? CLOSE)) best = { distance, share, place };
  }
  return best;
}

// Where points of a form must lie to be nearest to the drawing's: p * scale + shift, for x and y
function overlay(form, drawn) {
  const [a, b] = [form, drawn].map(centred);
  const both = [0, 1].map((axis) => [products(a.points, b.points, axis), products(a.points, a.points, axis)]);
  const scale = (both[0][0] + both[1][0]) / (both[0][1] + both[1][1]);
  if (!(scale > 0)) return null;
  const scales = both.map(([ab, aa]) => {
    const own = aa > 1e-3 * (both[0][1] + both[1][1]) ? ab / aa : scale; // a line is not made wider
    return Math.max(scale / ASKEW, Math.min(scale * ASKEW, own));
  });
  return { scale: scales, shift: scales.map((s, axis) => b.middle[axis] - s * a.middle[axis]) };
}

function centred(points) {
  const middle = [0, 1].map((axis) => sum(points, (v, i) => (i % 2 === axis ? v : 0)) / (points.length / 2));
  return { middle, points: points.map((v, i) => v - middle[i % 2]) };
}

const sum = (values, of) => values.reduce((total, v, i) => total + of(v, i), 0);
const products = (a, b, axis) => sum(a, (v, i) => (i % 2 === axis ? v * b[i] : 0));
const placed = (points, { scale, shift }) => points.map((v, i) => v * scale[i % 2] + shift[i % 2]);
const apart = (a, b) => Math.sqrt(sum(a, (v, i) => (v - b[i]) ** 2) / (a.length / 2));

function boxOf(strokes) {
  const ends = [0, 1].map((axis) => {
    const all = strokes.flatMap((stroke) => stroke.filter((_, i) => i % 2 === axis));
    return [Math.min(...all), Math.max(...all)];
  });
  return { ends, extent: Math.max(...ends.map(([low, high]) => high - low)) };
}

function staysOn({ ends, extent }, side) {
  return extent >= SIZES[0] * side && extent <= SIZES[1] * side && ends.every(([low, high]) => low >= 0 && high <= side);
}

// What is left of the form, moved so that it begins where the pen stopped
function restOf(form, count, share, place, pen) {
  const last = form[count - 1];
  const end = placed(sampled(last, share).slice(-2), place);
  const left = placed(after(last, share), place);
  const bent = left.map((v, i) => {
    const part = left.length > 2 ? Math.floor(i / 2) / (left.length / 2 - 1) : 1;
    return v + (pen[i % 2] - end[i % 2]) * (1 - part);
  });
  const strokes = [...(bent.length > 2 ? [bent] : []), ...form.slice(count).map((stroke) => placed(stroke, place))];
  return strokes.map((stroke) => sampled(stroke, 1));
}

// ------------------------------------------------------------------ along a stroke

function lengths(stroke) {
  const along = [0];
  for (let i = 2; i < stroke.length; i += 2) {
    along.push(along.at(-1) + Math.hypot(stroke[i] - stroke[i - 2], stroke[i + 1] - stroke[i - 1]));
  }
  return along;
}

function pointAt(stroke, along, way) {
  const next = along.findIndex((length) => length >= way);
  if (next <= 0) return stroke.slice(0, 2);
  const part = (way - along[next - 1]) / (along[next] - along[next - 1]);
  return [0, 1].map((axis) => stroke[2 * next - 2 + axis] * (1 - part) + stroke[2 * next + axis] * part);
}

// Points at equal distances on the first share of a stroke
function sampled(stroke, share) {
  const along = lengths(stroke), length = share * along.at(-1);
  return Array.from({ length: SAMPLES }, (_, i) => pointAt(stroke, along, (length * i) / (SAMPLES - 1))).flat();
}

// A stroke from a share of it on
function after(stroke, share) {
  const along = lengths(stroke), from = share * along.at(-1);
  if (share >= 1) return [];
  return [...pointAt(stroke, along, from), ...stroke.filter((_, i) => along[Math.floor(i / 2)] > from)];
}
