// A board to draw on without the app: by mouse, finger or pen, or by keys. Its strokes are what the
// app's board makes of the same way of a pointer.

class Pad {
  // `look`: side and brush in the board's coordinates, ground, chalk; `changed` hears of every change
  constructor(canvas, look, changed) {
    Object.assign(this, { canvas, look, changed });
    this.strokes = []; // each [x0, y0, x1, y1, …]
    this.way = null; // the points of the stroke that is being drawn
    this.pointer = null; // the id of the pointer that draws it
    this.keys = new KeyPen(canvas, {
      size: () => [look.side, look.side],
      free: () => this.pointer === null,
      draw: (point) => this.move(point),
      lift: () => this.lift(),
      undo: () => this.undo(),
      moved: changed,
    });
    this.listen();
  }

  listen() {
    const on = (name, act) => this.canvas.addEventListener(name, act);
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => event.pointerId === this.pointer && this.move(this.place(event)));
    on("pointerup", (event) => event.pointerId === this.pointer && this.lift());
    on("pointercancel", (event) => event.pointerId === this.pointer && this.lift()); // as far as it came
    on("contextmenu", (event) => event.preventDefault());
    // else the system may take a stroke for handwriting, or for a long press
    for (const name of ["touchstart", "touchmove"]) {
      this.canvas.addEventListener(name, (event) => event.preventDefault(), { passive: false });
    }
  }

  // Points of all strokes, the one that is being drawn among them
  get drawn() {
    const { way, strokes } = this;
    return way ? [...strokes, web.pointsOf(web.strokePath(way, this.look.brush))] : strokes;
  }

  // Take the last stroke back, which may be the one that is being drawn.
  undo() {
    if (!this.way) this.strokes = this.strokes.slice(0, -1);
    this.drop();
  }

  clear() {
    this.strokes = [];
    this.drop();
  }

  down(event) {
    if (event.button || this.pointer !== null) return; // a second finger draws nothing
    this.keys.leave();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
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
    traceStrokes(paint, this.drawn);
    paint.fillStyle = accent;
    if (line !== null) paint.fillRect(0, line - 1, side, 2);
    this.keys.show(paint, brush, accent);
  }
}
