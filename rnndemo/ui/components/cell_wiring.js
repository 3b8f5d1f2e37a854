// The cell as a drawing: what each number of a unit is made of, from left to right. It follows from the
// equations alone, so that every kind of cell has one. A wire is as thick as the number that it carries.

const STEP = 46; // pixels from one number to the next below it
const BOX = { width: 62, height: 36 };
const LONE = 0.3; // the height of a box that is alone between others: wires past it stay visible
const THICK = 6; // pixels of a wire that carries the largest number

class Wiring {
  // `choose` gets the letter of a box that is clicked
  constructor(svg, choose) {
    Object.assign(this, { svg, choose });
  }

  // `equations` as Python sends them; `values` by letter, all timesteps; `words` for the boxes x and H, and
  // for the timestep before
  build(equations, values, words) {
    Object.assign(this, { values, words });
    this.limits = Object.fromEntries(
      Object.entries(values).map(([letter, all]) => [letter, Math.max(1, ...all.map(Math.abs))]),
    );
    const sources = equations.map(({ letter, form, sums }) => [letter, sourcesOf(form, sums)]);
    const columns = inColumns(sources);
    this.svg.style.height = `${STEP * Math.max(...columns.map((column) => column.length))}px`;
    const places = placesOf(columns);
    this.wires = sources.flatMap(([letter, from]) =>
      from.map((source) => ({ source, line: line(places[source], places[letter]) })),
    );
    const clickable = new Set(equations.filter(({ sums }) => Object.keys(sums).length).map(({ letter }) => letter));
    this.boxes = Object.entries(places).map(([letter, place]) => this.box(letter, place, clickable.has(letter)));
    this.svg.replaceChildren(...this.wires.map((wire) => wire.line), ...this.boxes.map((one) => one.group));
  }

  box(letter, { x, y }, clickable) {
    const { width, height } = BOX;
    const group = node("g", clickable ? { class: "opens" } : {});
    const at = { x, y, transform: `translate(${-width / 2} ${-height / 2})` };
    const value = node("text", { x, y, dy: "1em", class: "value" });
    group.append(node("rect", { ...at, width, height, rx: 6 }), named(letter, this.words.before, x, y), value);
    if (clickable) group.addEventListener("click", () => this.choose(letter));
    return { letter, group, value };
  }

  // `colors` of negative and positive numbers
  draw(row, colors) {
    const color = (number) => (number < 0 ? colors.negative : colors.positive);
    for (const { source, line } of this.wires) {
      const number = this.values[source]?.[row];
      if (number === undefined) continue; // many numbers in one wire
      line.style.stroke = color(number);
      line.style.strokeWidth = 1 + (THICK - 1) * (Math.abs(number) / this.limits[source]);
    }
    for (const { letter, value } of this.boxes) {
      const number = this.values[letter]?.[row];
      value.textContent = number === undefined ? this.words[letter] : written(number);
    }
  }
}

// What an equation is made of: letters, and for its sums "x" and "H", all units of the state before
function sourcesOf(form, sums) {
  const letters = [...form.matchAll(/\{([\p{L}\w]+)\}/gu)].map(([, name]) => name).filter((name) => !(name in sums));
  const read = Object.values(sums).flatMap(({ x, h }) => [x && "x", h && "H"].filter(Boolean));
  return [...new Set([...read, ...letters])];
}

// Letters in columns, each right of all that it is made of; what comes from outside stands in the first
function inColumns(sources) {
  const depth = {};
  for (const [letter, from] of sources) {
    for (const source of from) depth[source] ??= 0;
    depth[letter] = 1 + Math.max(...from.map((source) => depth[source]));
  }
  const columns = [];
  for (const [letter, at] of Object.entries(depth)) (columns[at] ??= []).push(letter);
  return columns;
}

function placesOf(columns) {
  const most = Math.max(...columns.map((column) => column.length));
  const share = (column, i) => {
    const { length } = columns[column];
    return length === 1 && column < columns.length - 1 ? LONE : (i + 0.5) / length;
  };
  const place = (column, i) => ({
    x: `${(100 * (column + 0.5)) / columns.length}%`,
    y: STEP * most * share(column, i),
  });
  return Object.fromEntries(
    columns.flatMap((letters, column) => letters.map((letter, i) => [letter, place(column, i)])),
  );
}

function node(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}

const line = (from, to) => node("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y });

// The letter of a box: h0 is the unit itself before the row, H the whole state before
function named(letter, before, x, y) {
  const text = node("text", { x, y, dy: "-0.15em", class: "letter" });
  text.append(letter[0].replace("H", "h"));
  if (/H|0$/.test(letter)) {
    const below = node("tspan", { dy: "0.35em", "font-size": "75%" });
    below.append(before);
    text.append(below);
  }
  return text;
}
