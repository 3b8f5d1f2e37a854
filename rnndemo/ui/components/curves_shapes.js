// Shapes of live curves: the pieces of SVG and HTML that make up the chart.
// curves.py puts this before curves.js.

const RARE = 24; // pixels between two points, on average, from which on each has a dot
const SVG = "http://www.w3.org/2000/svg";
const ruler = document.createElement("canvas").getContext("2d");
const svgNode = (name, attributes = {}) => setAttributes(document.createElementNS(SVG, name), attributes);
const htmlNode = (name, attributes = {}) => setAttributes(document.createElement(name), attributes);
const lineClass = ({ dash, faint }) => `${dash ? "dash" : ""} ${faint ? "faint" : ""}`.trim();
const horizontal = (box, y, kind = "") =>
  svgNode("line", { x1: box.left, x2: box.left + box.width, y1: y, y2: y, class: kind });
const vertical = (box, x) => svgNode("line", { x1: x, x2: x, y1: box.top, y2: box.top + box.height });
const label = (name, kind, x, y) => setAttributes(svgNode("text", { class: kind }), { x, y }, name);

function setAttributes(node, attributes, content) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (content !== undefined) node.textContent = content;
  return node;
}

function dot(line, cx, cy) {
  const circle = svgNode("circle", { cx, cy, r: 4 });
  circle.style.fill = line.color;
  return circle;
}

function swatch(line) {
  const icon = svgNode("svg", { class: "swatch", viewBox: "0 0 18 8", "aria-hidden": "true" });
  const stroke = svgNode("line", { x1: 1, x2: 17, y1: 4, y2: 4, class: lineClass(line) });
  stroke.style.stroke = line.color;
  icon.append(stroke);
  return icon;
}

function valueRow(line, value) {
  const item = htmlNode("p");
  const [name, number] = [htmlNode("span"), htmlNode("span", { class: "value" })];
  name.textContent = line.name;
  number.textContent = value;
  item.append(swatch(line), name, number);
  return item;
}

// The curve, and dots: on every point where they are rare, so that a line is not taken for more
// than it is, and on a point without neighbours, since a line through one point shows nothing
function linePath({ x, v }, at, [low, high]) {
  const curve = [];
  const dots = [];
  const first = Math.max(0, bound(x, low) - 1);
  const last = Math.min(x.length - 1, bound(x, high, true));
  const count = v.subarray(first, last + 1).filter(Number.isFinite).length;
  const rare = at.x(high) - at.x(low) > RARE * count;
  let on = false;
  for (let i = first; i <= last; i++) {
    if (Number.isFinite(v[i])) {
      const point = `${at.x(x[i])} ${at.y(v[i])}`;
      curve.push(`${on ? "L" : "M"}${point}`);
      if (rare || (!on && !Number.isFinite(v[i + 1]))) dots.push(`M${point}h0`);
    }
    on = Number.isFinite(v[i]);
  }
  return [curve.join(""), dots.join("")];
}

function barPath({ edges: ends, v }, at, floor) {
  const bars = Array.from(v, (value, i) =>
    Number.isFinite(value) ? `M${at.x(ends[i])} ${floor}V${at.y(value)}H${at.x(ends[i + 1])}V${floor}Z` : "");
  return [bars.join(""), ""];
}
