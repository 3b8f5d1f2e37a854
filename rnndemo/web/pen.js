// Pen strokes -> the picture that a network sees: the same terms as rnndemo/data/frames/pen.py and
// strokes.py, and so the same bits. A stroke is [x0, y0, x1, y1, …].

const SIZE = 28, BOX = 20, THICKNESS = 2.4, LEVELS = 255, CURVE_STEPS = 6;

// A stroke as the board holds it, a path of commands -> its points
export function pointsOf(path) {
  const points = [];
  for (const [command, ...numbers] of path) {
    if (command === "Q" && points.length) addCurve(points, numbers);
    else if (numbers.length) points.push(...numbers.slice(-2));
  }
  return points;
}

function addCurve(points, [cx, cy, ex, ey]) {
  const [x, y] = points.slice(-2);
  for (let step = 1; step <= CURVE_STEPS; step++) {
    const t = step / CURVE_STEPS;
    const a = (1 - t) * (1 - t), b = 2 * t * (1 - t), c = t * t;
    points.push(a * x + b * cx + c * ex, a * y + b * cy + c * ey);
  }
}

// Float32Array of 28 x 28 in [0, 1], of 256 levels: ink in 20 x 20, centre of mass in the middle
export function render(strokes, thickness = THICKNESS) {
  const fitted = fit(strokes, thickness);
  const [x, y] = centreOfMass(levels(fitted, thickness));
  const right = SIZE / 2 - x, down = SIZE / 2 - y;
  const centred = fitted.map((stroke) => stroke.map((v, i) => v + (i % 2 ? down : right)));
  return Float32Array.from(levels(centred, thickness), (level) => level / LEVELS);
}

// How strokes come into the picture, but for the last bit: picture = board * scale + shift
export function placement(strokes, thickness = THICKNESS) {
  const { low, high, extent } = bounds(strokes);
  const [x, y] = centreOfMass(levels(fit(strokes, thickness), thickness));
  const scale = (BOX - thickness) / (extent || 1);
  const shift = [x, y].map((at, i) => SIZE - at - ((low[i] + high[i]) / 2) * scale);
  return { scale, shift };
}

// Least and greatest x and y of all points
export function bounds(strokes) {
  const low = [Infinity, Infinity], high = [-Infinity, -Infinity];
  for (const stroke of strokes) {
    stroke.forEach((v, i) => {
      if (v < low[i % 2]) low[i % 2] = v;
      if (v > high[i % 2]) high[i % 2] = v;
    });
  }
  return { low, high, extent: Math.max(high[0] - low[0], high[1] - low[1]) };
}

function fit(strokes, thickness) {
  const { low, high, extent } = bounds(strokes);
  const middle = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  const unit = extent || 1;
  return strokes.map((stroke) =>
    stroke.map((v, i) => ((v - middle[i % 2]) / unit) * (BOX - thickness) + SIZE / 2));
}

// How much ink each pixel has, a whole number up to 255: from its distance to the nearest line
function levels(strokes, thickness) {
  const reach = thickness / 2 + 0.5;
  const squared = new Float64Array(SIZE * SIZE).fill(reach * reach); // no line is nearer: no ink
  for (const stroke of strokes) {
    const last = Math.max(stroke.length - 2, 2); // a lone point is a line that runs nowhere
    for (let i = 0; i < last; i += 2) {
      const [ax, ay, bx = ax, by = ay] = stroke.slice(i, i + 4);
      near(squared, ax, ay, bx - ax, by - ay, reach);
    }
  }
  return squared.map((d) => Math.floor(LEVELS * Math.min(Math.max(reach - Math.sqrt(d), 0), 1) + 0.5));
}

// Lower the squared distances of the pixels near the line from a to a + u
function near(squared, ax, ay, ux, uy, reach) {
  const length = ux * ux + uy * uy;
  const [left, right] = range(ax, ax + ux, reach), [top, bottom] = range(ay, ay + uy, reach);
  for (let y = top; y < bottom; y++) {
    const py = y + 0.5 - ay;
    for (let x = left; x < right; x++) {
      const px = x + 0.5 - ax;
      const t = length > 0 ? Math.min(Math.max((px * ux + py * uy) / length, 0), 1) : 0;
      const dx = px - t * ux, dy = py - t * uy;
      const d = dx * dx + dy * dy;
      if (d < squared[y * SIZE + x]) squared[y * SIZE + x] = d;
    }
  }
}

const within = (v) => Math.max(0, Math.min(SIZE, v));
const range = (a, b, reach) =>
  [within(Math.floor(Math.min(a, b) - reach - 1)), within(Math.ceil(Math.max(a, b) + reach + 1))];

// The sums are exact: whole levels at half pixels
function centreOfMass(image) {
  let total = 0, xs = 0, ys = 0;
  image.forEach((level, i) => {
    total += level;
    xs += ((i % SIZE) + 0.5) * level;
    ys += (Math.floor(i / SIZE) + 0.5) * level;
  });
  return total ? [xs / total, ys / total] : [SIZE / 2, SIZE / 2];
}
