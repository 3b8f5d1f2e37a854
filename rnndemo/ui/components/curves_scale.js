// Numbers of live curves: ranges, ticks and how values are written; nothing here touches the page.
// curves.py puts this before curves.js.

const EXACT = 4; // significant digits of a value in the read-out

// -------------------------------------------------------------------- points

// First place in ascending x that is not below `value`, or, with `beyond`, that is above it
function bound(x, value, beyond = false) {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < value || (beyond && x[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Place of the value nearest to x, gaps skipped; -1 if there is none
function nearest({ x, v }, at) {
  let right = bound(x, at);
  let left = right - 1;
  while (left >= 0 && !Number.isFinite(v[left])) left--;
  while (right < x.length && !Number.isFinite(v[right])) right++;
  if (right === x.length) return left;
  return left >= 0 && at - x[left] < x[right] - at ? left : right;
}

// The next x with a value to the left (-1) or right (1), if there is one
function following({ x, v }, at, direction) {
  let i = direction > 0 ? bound(x, at, true) : bound(x, at) - 1;
  while (i >= 0 && i < x.length && !Number.isFinite(v[i])) i += direction;
  return x[i];
}

// Values within a range of x, and those at which a line between two points crosses its ends
function visible({ x, v }, [low, high]) {
  const [from, to] = [bound(x, low), bound(x, high, true)];
  const crossing = (i, at) => v[i - 1] + ((v[i] - v[i - 1]) * (at - x[i - 1])) / (x[i] - x[i - 1]);
  return [crossing(from, low), ...v.subarray(from, to), crossing(to, high)].filter(Number.isFinite);
}

// Bars meet halfway between their centres
function edges(x) {
  const ends = new Float64Array(x.length + 1);
  for (let i = 1; i < x.length; i++) ends[i] = (x[i - 1] + x[i]) / 2;
  const last = x.length - 1;
  ends[0] = last > 0 ? 2 * x[0] - ends[1] : x[0] - 0.5;
  ends[last + 1] = last > 0 ? 2 * x[last] - ends[last] : x[0] + 0.5;
  return ends;
}

// -------------------------------------------------------------------- ranges

function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

// What lines span in x, or null
function rangeOfX(lines) {
  const ends = lines.filter(({ x }) => x.length).flatMap((l) => [l.edges[0], l.edges[l.edges.length - 1]]);
  return ends.length ? extent(ends) : null;
}

// The range with a share of it as margin on both sides; for a single value, a tenth of the value
function roomy([low, high], share) {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const span = high - low;
  const tiny = size < 1e-300;
  const room = tiny ? 1 : span <= size * 1e-12 ? size / 10 : span * share;
  return [low - room, high + room];
}

// From value to pixel, to a tenth; clamped, since browsers cannot draw far outside the page
function scale([low, high], start, length) {
  return (value) => {
    const pixel = start + ((value - low) / (high - low)) * length;
    return Math.round(10 * Math.max(-1e5, Math.min(1e5, pixel))) / 10;
  };
}

// -------------------------------------------------------------------- ticks

// Ticks { v, name } of a range; kind is "", "whole" (numbers), "share" (per cent) or "log" (of v)
// `form` is how the page's language writes a share
function ticks(range, count, kind, form = "{number} %") {
  if (kind === "log") return logTicks(range, count);
  const factor = kind === "share" ? 100 : 1;
  const [low, high] = range.map((end) => end * factor);
  const step = tickStep(high - low, count, kind === "whole" ? 1 : 0);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k <= high / step + 1e-9; k++) found.push(k * step);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const write = (value) => (kind === "share" ? percent(tickName(value, step, largest), form) : tickName(value, step, largest));
  return found.map((value) => ({ v: value / factor, name: write(value) }));
}

// 1, 2 or 5 times a power of ten; rather too many ticks than too few
function tickStep(span, count, least) {
  const raw = span / Math.max(1, count);
  const power = Number(`1e${Math.floor(Math.log10(raw))}`);
  return Math.max(least, power * ([1, 2, 5].find((f) => f * power >= 0.7 * raw) ?? 10));
}

// Powers of ten; for short ranges, also 2 and 5 times these, and at last any round value
function logTicks([low, high], count) {
  const [first, last] = [Math.ceil(low - 1e-9), Math.floor(high + 1e-9)];
  const every = Math.max(1, Math.ceil((last - first) / Math.max(1, count)));
  let values = [];
  for (let k = Math.ceil(first / every) * every; k <= last; k += every) values.push(Number(`1e${k}`));
  if (values.length < 2) {
    const near = [first - 1, first, last].flatMap((k) => [1, 2, 5].map((f) => Number(`${f}e${k}`)));
    values = [...new Set(near)].filter((v) => Math.log10(v) >= low && Math.log10(v) <= high);
  }
  if (values.length < 2) {
    return ticks([10 ** low, 10 ** high], count, "").map(({ v, name }) => ({ v: Math.log10(v), name }));
  }
  const small = values.every((v) => v >= 1e-3 && v <= 1e4);
  const name = (v) => (small ? grouped(String(v)) : scientific(v, 0).replace(/^1×/, ""));
  return values.map((v) => ({ v: Math.log10(v), name: name(v) }));
}

// -------------------------------------------------------------------- how numbers are written

const minus = (text) => text.replace("-", "−");
const percent = (number, form) => form.replace("{number}", number).replaceAll(" ", "\u00a0");
const superscript = (power) => String(power).replace("-", "⁻").replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]);
// With thousands separated, from five digits on
const grouped = (text) => minus(text.replace(/\d{5,}(?=\.|$)/, (n) => n.replace(/\B(?=(\d{3})+$)/g, "\u202f")));

function scientific(value, decimals) {
  const [digits, power] = value.toExponential(decimals).split("e");
  return `${minus(digits)}×10${superscript(Number(power))}`;
}

// A tick: as many decimals as its step needs
function tickName(value, step, largest) {
  const order = Math.floor(Math.log10(step) + 1e-9);
  if (Math.abs(value) < step / 2) return "0";
  if (largest < 1e7 && order >= -5) return grouped(value.toFixed(Math.max(0, -order)));
  return scientific(value, Math.max(0, Math.min(15, Math.floor(Math.log10(Math.abs(value)) + 1e-9) - order)));
}

// A value to read: whole numbers as they are, others to four digits
function exact(value) {
  const size = Math.abs(Number(value.toPrecision(EXACT)));
  if (Number.isInteger(value) && size < 1e9) return grouped(String(value));
  if (size >= 1e6 || size < 1e-4) return scientific(value, EXACT - 1);
  return size >= 1e4 ? grouped(value.toFixed(0)) : minus(value.toPrecision(EXACT));
}
