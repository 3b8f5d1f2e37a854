// A board to draw on without the app: by mouse, finger or pen, or by keys. Its strokes are what the
// app's board makes of the same way of a pointer.

const KEY_STEP = 6; // how far an arrow key moves the pen, in the board's coordinates
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Pad {
  // `look`: side and brush in the board's coordinates, ground, chalk; `changed` hears of every change
  constructor(canvas, look, changed) {
    Object.assign(this, { canvas, look, changed });
    this.strokes = []; // each [x0, y0, x1, y1, …]
    this.way = null; // the points of the stroke that is being drawn
    this.pointer = null; // the id of the pointer that draws it
    this.pen = null; // where the pen stands that keys move
    this.held = new Set(); // arrow keys that are down: two move the pen askew
    this.listen();
  }

  listen() {
    const on = (name, act) => this.canvas.addEventListener(name, act);
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => event.pointerId === this.pointer && this.move(this.place(event)));
    on("pointerup", (event) => event.pointerId === this.pointer && this.lift());
    on("pointercancel", (event) => event.pointerId === this.pointer && this.drop());
    on("keydown", (event) => this.keyDown(event));
    on("keyup", ({ key }) => this.held.delete(key));
    on("focus", () => this.showPen());
    on("blur", () => this.leave());
  }

  // Points of all strokes, the one that is being drawn among them
  get drawn() {
    const { way, strokes } = this;
    return way ? [...strokes, web.pointsOf(web.strokePath(way, this.look.brush))] : strokes;
  }

  undo() {
    this.strokes = this.strokes.slice(0, -1);
    this.drop();
  }

  clear() {
    this.strokes = [];
    this.drop();
  }

  // ------------------------------------------------------------------ the pointer

  down(event) {
    if (event.button || this.pointer !== null) return; // a second finger draws nothing
    this.lift();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.pen = null;
    this.move(this.place(event));
  }

  place({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect(), scale = this.look.side / box.width;
    return [(clientX - box.left) * scale, (clientY - box.top) * scale];
  }

  move(point) {
    this.way = [...(this.way ?? []), point];
    this.changed();
  }

  lift() {
    this.strokes = this.drawn;
    this.drop();
  }

  // Forget the stroke that is being drawn.
  drop() {
    this.way = this.pointer = null;
    this.changed();
  }

  // ------------------------------------------------------------------ keys

  keyDown(event) {
    const { key } = event;
    const undoes = key === "z" && (event.ctrlKey || event.metaKey);
    if (!(key in MOVES) && key !== " " && !undoes) return;
    event.preventDefault();
    if (this.pointer !== null) return;
    if (undoes) this.undo();
    else if (key === " ") event.repeat || this.press();
    else this.step(key);
  }

  // The space bar puts the pen down, and lifts it.
  press() {
    this.pen ??= this.middle;
    if (this.way) this.lift();
    else this.move(this.pen);
  }

  step(key) {
    this.held.add(key);
    const within = (v) => Math.max(0, Math.min(this.look.side, v));
    this.pen = [...this.held].reduce(
      (at, held) => at.map((v, i) => within(v + KEY_STEP * MOVES[held][i])), this.pen ?? this.middle);
    if (this.way) this.move(this.pen);
    else this.changed();
  }

  get middle() {
    return [this.look.side / 2, this.look.side / 2];
  }

  showPen() {
    if (this.canvas.matches(":focus-visible")) this.pen ??= this.middle;
    this.changed();
  }

  leave() {
    this.held.clear();
    this.pen = null;
    if (this.pointer === null && this.way) this.lift();
    else this.changed();
  }

  // ------------------------------------------------------------------ drawing

  // `line`: how far down the picture is read, null for no line
  draw(line) {
    const { side, brush, ground, chalk, accent } = this.look;
    const { paint, size } = surface(this.canvas);
    paint.scale(size.width / side, size.width / side);
    paint.fillStyle = ground;
    paint.fillRect(0, 0, side, side);
    paint.strokeStyle = chalk;
    paint.lineWidth = brush;
    paint.lineCap = paint.lineJoin = "round";
    for (const stroke of this.drawn) {
      paint.beginPath();
      for (let i = 0; i < stroke.length; i += 2) paint.lineTo(stroke[i], stroke[i + 1]);
      paint.stroke();
    }
    paint.fillStyle = paint.strokeStyle = accent;
    if (line !== null) paint.fillRect(0, line - 1, side, 2);
    if (!this.pen) return;
    paint.beginPath();
    paint.arc(...this.pen, brush * 0.7, 0, 2 * Math.PI);
    paint.lineWidth = 2;
    if (this.way) paint.fill();
    paint.stroke();
  }
}
