// What the board's brush makes of the pointer's way: fabric.js 7, PencilBrush. While a person draws,
// a stroke must look as it will when the pen is lifted.

const DECIMATE = 0.4; // pixels of the board: nearer points are left out

// Points [[x, y], …] as the pointer gave them -> the path of commands that the board will hold
export function strokePath(given, width) {
  const points = thinned(given);
  const tip = width / 1000; // fabric lengthens a stroke at both ends, so that a dot has a length
  const many = points.length > 2;
  const [first, second = first] = points;
  let [right, down] = many ? towards(points[2], second) : [1, 0];
  const path = [["M", first[0] - right * tip, first[1] - down * tip]];
  let [a, b] = [first, second];
  for (let i = 1; i < points.length; i++) {
    if (a[0] !== b[0] || a[1] !== b[1]) {
      path.push(["Q", a[0], a[1], a[0] + (b[0] - a[0]) * 0.5, a[1] + (b[1] - a[1]) * 0.5]);
    }
    a = points[i];
    if (i + 1 < points.length) b = points[i + 1];
  }
  if (many) [right, down] = towards(a, points[points.length - 2]);
  path.push(["L", a[0] + right * tip, a[1] + down * tip]);
  return path;
}

const towards = (a, b) => [Math.sign(a[0] - b[0]), Math.sign(a[1] - b[1])];

function thinned(points) {
  if (points.length <= 2) return points;
  const kept = [points[0]];
  for (const point of points.slice(1, -2)) {
    const [x, y] = kept[kept.length - 1];
    if ((x - point[0]) ** 2 + (y - point[1]) ** 2 >= DECIMATE ** 2) kept.push(point);
  }
  return [...kept, points[points.length - 1]];
}
