// Live curves: one SVG, made once and redrawn in place whenever Python sends more points (see
// curves.py). Zoom, hidden lines and cursor survive every update.

const MIN_DRAG = 6; // pixels; less is a click
const TICK = { x: 110, y: 42 }; // pixels between two ticks, roughly
const MARGIN = { top: 26, right: 18, bottom: 38, left: 12 };
const SPILL = 5; // pixels that lines may reach beyond the axes, so that no dot is cut in half
const MIN_ZOOM = 1e-6; // smallest share of the whole range that can be zoomed to
const MAX_COLUMN = 8; // lines in one column of the read-out

export default mounted((parent) => new Curves(parent));

class Curves {
  constructor(parent) {
    this.root = parent.querySelector(".curves");
    this.find = (selector) => this.root.querySelector(selector);
    this.stage = this.find(".stage");
    this.hidden = new Set(); // names
    this.zoom = null; // [low, high] in x; null shows all
    this.cursor = null; // x
    this.drag = null; // { pixel, from, to }: where it began, and what it spans in x
    this.listen();
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.stage);
  }

  dispose() {
    this.resizing.disconnect();
  }

  // ------------------------------------------------------------------ new data

  update(data) {
    this.data = data;
    // v is y as the axis sees it; what a logarithm cannot show becomes a gap
    this.lines = data.lines.map((line) => {
      const [x, y] = [line.x, line.y].map((packed) => unpack(packed, Float64Array));
      const v = data.log ? y.map(Math.log10) : y;
      return { ...line, x, y, v, edges: data.bars ? edges(x) : x };
    });
    this.whole = this.lines.every(({ x }) => x.every(Number.isInteger));
    const all = rangeOfX(this.lines);
    if (this.zoom && all && (this.zoom[0] > all[1] || this.zoom[1] < all[0])) this.zoom = null;
    this.stage.setAttribute("aria-label", data.alt);
    this.stage.setAttribute("aria-description", data.text.keys);
    this.find(".keys").textContent = data.text.keys;
    this.find(".reset").textContent = data.text.reset;
    this.root.classList.toggle("bars", data.bars);
    this.fillLegend();
    this.draw();
    this.comeIntoView(data.shows);
  }

  // Only if what is shown has changed: a page that has just been opened stays where it is
  comeIntoView(shows) {
    const another = this.shows !== undefined && shows && shows !== this.shows;
    this.shows = shows;
    if (!another) return;
    const { top, bottom } = this.stage.getBoundingClientRect();
    if (top < 0 || bottom > window.innerHeight) this.root.scrollIntoView({ block: "start" });
  }

  fillLegend() {
    const legend = this.find(".legend");
    legend.setAttribute("aria-label", this.data.text.lines);
    const entries = new Map(); // of lines with the same name, the strongest
    for (const line of this.lines) {
      if (line.name && entries.get(line.name)?.faint !== false) entries.set(line.name, line);
    }
    const look = JSON.stringify([...entries.values()].map((l) => [l.name, l.color, l.dash, l.faint]));
    if (look === this.look) return; // rebuilding would lose the focus
    this.look = look;
    legend.replaceChildren(...[...entries.values()].map((line) => this.entry(line)));
  }

  entry(line) {
    const button = htmlNode("button", { type: "button", "aria-description": this.data.text.toggle });
    button.append(swatch(line), line.name);
    const show = () => button.setAttribute("aria-pressed", String(!this.hidden.has(line.name)));
    button.addEventListener("click", () => {
      if (!this.hidden.delete(line.name)) this.hidden.add(line.name);
      show();
      this.draw();
    });
    show();
    return button;
  }

  // ------------------------------------------------------------------ what the person does

  listen() {
    const { stage } = this;
    stage.addEventListener("pointerdown", (e) => this.onDown(e));
    stage.addEventListener("pointermove", (e) => this.onMove(e));
    stage.addEventListener("pointerup", () => this.onUp());
    stage.addEventListener("pointercancel", () => this.setCursor({ cursor: null, drag: null })); // the page scrolls
    stage.addEventListener("pointerleave", (e) => e.pointerType === "mouse" && this.setCursor({ cursor: null }));
    stage.addEventListener("focusout", () => this.setCursor({ cursor: null })); // a tap elsewhere
    stage.addEventListener("dblclick", () => this.setZoom(null));
    stage.addEventListener("keydown", (e) => this.onKey(e));
    this.find(".reset").addEventListener("click", () => {
      this.setZoom(null);
      stage.focus({ preventScroll: true }); // the button is gone; keep the keyboard here
    });
  }

  // Pixel within the drawing, and x there
  placeOf(event) {
    const pixel = event.clientX - this.stage.getBoundingClientRect().left;
    const share = Math.max(0, Math.min(1, (pixel - this.box.left) / this.box.width));
    return { pixel, x: this.range.x[0] + share * (this.range.x[1] - this.range.x[0]) };
  }

  onDown(event) {
    if (event.button !== 0 || !this.pointCount) return;
    const { pixel, x } = this.placeOf(event);
    this.stage.setPointerCapture(event.pointerId);
    this.setCursor({ cursor: this.snap(x), drag: { pixel, from: x, to: null } });
  }

  onMove(event) {
    if (!this.pointCount) return;
    const { pixel, x } = this.placeOf(event);
    if (this.drag && (this.drag.to !== null || Math.abs(pixel - this.drag.pixel) > MIN_DRAG)) {
      this.setCursor({ cursor: null, drag: { ...this.drag, to: x } });
    } else this.setCursor({ cursor: this.snap(x) });
  }

  onUp() {
    const { drag } = this;
    this.drag = null;
    if (drag && drag.to !== null) this.setZoom([drag.from, drag.to].sort((a, b) => a - b));
  }

  onKey(event) {
    const [low, high] = this.range.x;
    const act = {
      ArrowLeft: () => this.step(-1),
      ArrowRight: () => this.step(1),
      Home: () => this.setCursor({ cursor: this.snap(low) }, true),
      End: () => this.setCursor({ cursor: this.snap(high) }, true),
      "+": () => this.zoomBy(0.5),
      "=": () => this.zoomBy(0.5),
      "-": () => this.zoomBy(2),
      Escape: () => this.setZoom(null),
    }[event.key];
    if (!act || !this.pointCount || event.ctrlKey || event.metaKey || event.altKey) return;
    act();
    event.preventDefault();
  }

  // Move to the next point of any line; the view follows
  step(direction) {
    const [first, last] = this.range.x;
    const next = this.cursor === null
      ? [this.snap(direction > 0 ? first : last)]
      : this.shown().map((line) => following(line, this.cursor, direction)).filter((x) => x !== undefined);
    if (!next.length) return;
    const cursor = direction > 0 ? Math.min(...next) : Math.max(...next);
    const move = Math.max(0, cursor - last) + Math.min(0, cursor - first);
    if (this.zoom && move) this.zoom = [first + move, last + move];
    this.cursor = cursor;
    this.draw();
    this.setCursor({ cursor }, true);
  }

  zoomBy(factor) {
    const [low, high] = this.range.x;
    const center = this.cursor ?? (low + high) / 2;
    this.setZoom([center - (center - low) * factor, center + (high - center) * factor]);
  }

  setZoom(range) {
    const [low, high] = this.allX();
    let zoom = range && [Math.max(low, range[0]), Math.min(high, range[1])];
    if (zoom && zoom[0] <= low && zoom[1] >= high) zoom = null;
    if (!zoom || zoom[1] - zoom[0] > (high - low) * MIN_ZOOM) this.zoom = zoom;
    this.draw();
  }

  // Redraw cursor and zoom band only, which is cheap
  setCursor(change, aloud = false) {
    Object.assign(this, change);
    this.find(".tip").setAttribute("aria-live", aloud ? "polite" : "off");
    this.drawCursor();
  }

  // The nearest x at which a line has a value
  snap(x) {
    const found = this.shown().map((line) => line.x[nearest(line, x)]).filter((at) => at !== undefined);
    return found.length ? found.reduce((a, b) => (Math.abs(b - x) < Math.abs(a - x) ? b : a)) : null;
  }

  // ------------------------------------------------------------------ drawing

  shown() {
    return this.lines.filter(({ name }) => !this.hidden.has(name));
  }

  draw() {
    const width = this.stage.clientWidth;
    if (!this.data || !width) return;
    const shown = this.shown();
    this.pointCount = shown.reduce((sum, { v }) => sum + v.reduce((n, value) => n + Number.isFinite(value), 0), 0);
    this.range = { x: this.zoom ?? this.allX() };
    this.range.y = this.fitY(shown);
    const ticks = this.measure(width);
    this.drawAxes(ticks, width);
    this.drawLines();
    this.drawCursor();
    this.find(".reset").hidden = !this.zoom;
    this.stage.dataset.points = this.pointCount;
    this.stage.dataset.zoomed = Boolean(this.zoom);
  }

  allX() {
    const all = rangeOfX(this.shown());
    return all ? roomy(all, 0) : [0, 1];
  }

  // While zoomed the axis fits what is visible, and fixed ends would only hide it
  fitY(shown) {
    const { low, high, log, as_percent: share, bars } = this.data;
    const values = shown.flatMap((line) => visible(line, this.range.x));
    if (bars && !log && values.length) values.push(0);
    const [least, most] = values.length ? extent(values) : [0, 1];
    let [bottom, top] = values.length ? roomy([least, most], 0.06) : [least, most];
    if (!log && least >= 0) bottom = Math.max(0, bottom); // no margin below 0 if no value is negative
    if (share && most <= 1) top = Math.min(1, top);
    const fixed = (end) => !this.zoom && end !== null && (!log || end > 0);
    if (fixed(low)) bottom = log ? Math.log10(low) : low;
    if (fixed(high)) top = log ? Math.log10(high) : high;
    return bottom < top ? [bottom, top] : roomy([bottom, bottom], 0);
  }

  // Where the axes lie: the widths of the tick labels decide
  measure(width) {
    const { height, log, as_percent: share, text: words } = this.data;
    const room = height - MARGIN.top - MARGIN.bottom;
    const y = ticks(this.range.y, room / TICK.y, log ? "log" : share ? "share" : "", words.percent);
    ruler.font = `11.5px ${getComputedStyle(this.root).fontFamily}`;
    const widest = this.pointCount ? Math.max(0, ...y.map(({ name }) => ruler.measureText(name).width)) : 0;
    const left = Math.ceil(MARGIN.left + widest);
    const x = ticks(this.range.x, (width - left - MARGIN.right) / TICK.x, this.whole ? "whole" : "");
    this.box = { left, top: MARGIN.top, width: Math.max(1, width - left - MARGIN.right), height: room };
    this.at = {
      x: scale(this.range.x, SPILL, this.box.width),
      y: scale(this.range.y, SPILL + room, -room),
    };
    return { x, y };
  }

  drawAxes(found, width) {
    const { data, box, at } = this;
    const [left, bottom] = [box.left - SPILL, box.top + box.height];
    setAttributes(this.find(".sheet"), { height: data.height, viewBox: `0 0 ${width} ${data.height}` });
    setAttributes(this.find(".plot"), {
      x: left, y: box.top - SPILL, width: box.width + 2 * SPILL, height: box.height + 2 * SPILL,
    });
    const lines = found.y.map(({ v }) => horizontal(box, box.top - SPILL + at.y(v)));
    lines.push(...found.x.map(({ v }) => vertical(box, left + at.x(v))));
    this.find(".grid").replaceChildren(...lines, horizontal(box, bottom, "axis"));
    const names = found.y.map((t) => label(t.name, "y", box.left - 8, box.top - SPILL + at.y(t.v) + 4));
    names.push(...found.x.map((t) => label(t.name, "x", left + at.x(t.v), bottom + 17)));
    this.find(".ticks").replaceChildren(...(this.pointCount ? names : []));
    setAttributes(this.find(".title-y"), { x: 0, y: 12 }, data.y_title);
    setAttributes(this.find(".title-x"), { x: width - MARGIN.right, y: data.height - 5 }, data.x_title);
    const note = this.lines.length && this.hidden.size ? data.text.all_hidden : data.text.empty;
    const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    setAttributes(this.find(".empty"), middle, this.pointCount ? "" : note);
  }

  drawLines() {
    const group = this.find(".lines");
    while (group.children.length > 2 * this.lines.length) group.lastChild.remove();
    while (group.children.length < 2 * this.lines.length) group.append(svgNode("path"));
    const floor = this.at.y(this.data.log ? this.range.y[0] : 0);
    this.lines.forEach((line, k) => {
      const hidden = this.hidden.has(line.name);
      const paths = this.data.bars ? barPath(line, this.at, floor) : linePath(line, this.at, this.range.x);
      ["", "dot"].forEach((kind, i) => {
        const path = group.children[2 * k + i];
        setAttributes(path, { class: `${kind} ${lineClass(line)}`, d: hidden ? "" : paths[i] });
        path.style.stroke = line.color;
        path.style.fill = this.data.bars ? line.color : "";
      });
    });
  }

  drawCursor() {
    const { box, at, cursor, drag } = this;
    if (!box) return;
    const height = box.height + 2 * SPILL;
    const band = drag && drag.to !== null ? [drag.from, drag.to].map(at.x).sort((a, b) => a - b) : [0, 0];
    setAttributes(this.find(".band"), { x: band[0], y: 0, width: band[1] - band[0], height });
    const on = cursor !== null && this.pointCount > 0;
    const x = on ? at.x(cursor) : -9;
    setAttributes(this.find(".cursor"), { x1: x, x2: x, y1: 0, y2: height });
    const read = on ? this.shown().map((line) => [line, nearest(line, cursor)]).filter(([, i]) => i >= 0) : [];
    this.find(".dots").replaceChildren(
      ...read.map(([line, i]) => dot(line, at.x(line.x[i]), at.y(line.v[i]))),
    );
    this.showValues(read, x);
  }

  showValues(read, x) {
    const tip = this.find(".tip");
    tip.hidden = !read.length;
    if (!read.length) return;
    const { x_title: title, as_percent: share, text: words } = this.data;
    const rows = read.map(([line, i]) => {
      const value = share ? percent(exact(100 * line.y[i]), words.percent) : exact(line.y[i]);
      const there = fill(words.elsewhere, { value, x: exact(line.x[i]) });
      return valueRow(line, line.x[i] === this.cursor ? value : there);
    });
    const list = htmlNode("div", { class: "rows" });
    list.append(...rows);
    const head = htmlNode("b");
    head.textContent = `${title} ${exact(this.cursor)}`;
    tip.classList.toggle("many", rows.length > MAX_COLUMN);
    tip.replaceChildren(head, list);
    const [at, room] = [this.box.left - SPILL + x, this.stage.clientWidth - tip.offsetWidth];
    const side = at > this.box.left + this.box.width / 2 ? at - tip.offsetWidth - 12 : at + 12;
    tip.style.left = `${Math.max(0, Math.min(side, room))}px`;
  }
}
