// What the drawing could still become: it is continued like the forms that begin like it, and the
// network reads each. A click lets the board draw the rest. FORMS come from continuing.py.

export default mounted((parent) => new Continuing(parent.querySelector(".continuing")));

class Continuing {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.on = false;
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.find(".switch").addEventListener("click", () => this.turn(), { signal });
    hear("ink", (board) => board === this.data?.board && this.soon(), signal);
    hear("weights", () => this.data && this.soon(), signal);
  }

  dispose() {
    this.listening.abort();
    clearTimeout(this.later);
  }

  update(data) {
    this.data = data;
    this.find(".switch").textContent = data.text.switch;
    this.find(".switch").disabled = false; // it works now
    this.find(".tiles").setAttribute("aria-label", data.text.tiles);
    this.known = null;
    this.soon();
  }

  turn() {
    this.on = !this.on;
    this.find(".switch").setAttribute("aria-pressed", String(this.on));
    this.find(".shown").hidden = !this.on;
    this.soon();
  }

  // Not while the pen moves: a hundred forms take longer than a frame.
  soon() {
    if (!this.on || this.ink?.down) return;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.show());
  }

  get ink() {
    return shared.ink[this.data.board];
  }

  get reader() {
    const { manifest } = this.data;
    if (this.loaded?.manifest.id !== manifest.id && shared.weights.has(manifest.id)) {
      this.loaded = new web.Reader(manifest, shared.weights.get(manifest.id));
    }
    return this.loaded ?? null;
  }

  show() {
    if (!this.on || !this.reader) return;
    const { strokes = [], pen } = this.ink ?? {};
    const drawn = [...strokes.map(({ points }) => points), ...(pen ? [pen] : [])];
    const known = JSON.stringify(drawn);
    if (known === this.known) return;
    this.known = known;
    const { side } = this.data;
    const found = web.continuations(drawn, FORMS, side).filter(({ rest }) => rest.length);
    const tiles = found.map((one) => this.read(drawn, one)).filter(({ best, meant, row }) => best === meant && row !== null);
    this.find(".told").textContent = this.told(drawn, tiles.length);
    this.find(".tiles").replaceChildren(...tiles.map((tile) => this.tile(drawn, tile)));
    tiles.forEach((tile, i) => this.draw(this.find(".tiles").children[i].querySelector("canvas"), drawn, tile.rest));
  }

  told(drawn, count) {
    const { text, names } = this.data;
    if (!drawn.length) return text.blank;
    if (count) return text.some;
    const { best, row } = this.read(drawn, {});
    return row === null ? text.none : fill(text.whole, { label: names[best] });
  }

  // What the network reads when strokes are added, and at which row it decides: null if it never does
  read(drawn, { label, rest = [] }) {
    const { rows, decided } = web.readingOf(this.reader, [...drawn, ...rest]);
    const { classes } = this.reader.manifest;
    const last = rows.subarray(-classes.length);
    const best = last.indexOf(Math.max(...last));
    const percent = sureness(last[best], this.data.text.percent);
    return { best, meant: classes.indexOf(label), rest, row: decided, percent };
  }

  tile(drawn, { best, rest, row, percent }) {
    const { names, texts, text, board } = this.data;
    const tile = Object.assign(document.createElement("button"), { type: "button", className: "tile" });
    const parts = ["canvas", "b", "span"].map((name) => document.createElement(name));
    parts[1].textContent = names[best];
    parts[1].style.color = texts[best];
    parts[2].textContent = fill(text.decided, { row, percent });
    tile.append(...parts);
    tile.setAttribute("aria-label", fill(text.tile, { label: names[best], row, percent }));
    tile.addEventListener("click", () => {
      this.find(".switch").focus({ preventScroll: true }); // the tile goes
      tell("draw", { board, strokes: rest });
    });
    return tile;
  }

  draw(canvas, drawn, rest) {
    const { side, brush, board_color, chalk, accent } = this.data;
    const { paint, size } = surface(canvas);
    paint.scale(size.width / side, size.width / side);
    paint.fillStyle = board_color;
    paint.fillRect(0, 0, side, side);
    paint.lineCap = paint.lineJoin = "round";
    paint.lineWidth = brush;
    for (const [strokes, color] of [[drawn, chalk], [rest, accent]]) {
      paint.strokeStyle = color;
      traceStrokes(paint, strokes);
    }
  }
}
