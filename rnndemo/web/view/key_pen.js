// A pen that keys move: arrow keys move it, the space bar puts it down and lifts it, Ctrl+Z takes a
// stroke back.

const KEY_STEP = 6; // how far an arrow key moves the pen, in the board's coordinates
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class KeyPen {
  // `board` is what is drawn on, an element that can have the focus. `acts` are: `size`, its width
  // and height in its coordinates, and `free`, whether nobody else draws; `draw` takes each point of a
  // stroke, `lift` ends it, `undo` takes one back, `moved` hears of every other change.
  constructor(board, acts, signal) {
    Object.assign(this, { board, acts });
    this.at = null; // where it stands, null while the keys are elsewhere
    this.down = false;
    this.held = new Set(); // arrow keys that are down: two move the pen askew
    const on = (name, act) => board.addEventListener(name, act, { signal });
    on("keydown", (event) => this.press(event));
    on("keyup", ({ key }) => this.held.delete(key));
    on("focus", () => this.come());
    on("blur", () => this.leave());
  }

  press(event) {
    const { key } = event;
    const undoes = key === "z" && (event.ctrlKey || event.metaKey);
    if (!(key in MOVES) && key !== " " && !undoes) return;
    if (!undoes && (event.ctrlKey || event.metaKey || event.altKey)) return; // the browser's own
    event.preventDefault();
    if (!this.acts.free()) return;
    if (undoes) this.takeBack();
    else if (key !== " ") this.step(key);
    else if (!event.repeat) this.turn();
  }

  takeBack() {
    this.down = false;
    this.acts.undo();
  }

  turn() {
    this.at ??= this.middle;
    if (this.down) return this.lift();
    this.down = true;
    this.acts.draw(this.at);
  }

  lift() {
    if (!this.down) return;
    this.down = false;
    this.acts.lift();
  }

  step(key) {
    this.held.add(key);
    const size = this.acts.size();
    const within = (v, i) => Math.max(0, Math.min(size[i], v));
    this.at = [...this.held].reduce(
      (at, held) => at.map((v, i) => within(v + KEY_STEP * MOVES[held][i], i)), this.at ?? this.middle);
    if (this.down) this.acts.draw(this.at);
    else this.acts.moved();
  }

  get middle() {
    return this.acts.size().map((v) => v / 2);
  }

  come() {
    if (this.board.matches(":focus-visible")) this.at ??= this.middle;
    this.acts.moved();
  }

  leave() {
    this.held.clear();
    this.at = null;
    this.lift();
    this.acts.moved();
  }

  // A ring where it stands, a dot while it is down
  show(paint, brush, color) {
    if (!this.at) return;
    paint.fillStyle = paint.strokeStyle = color;
    paint.lineWidth = 2;
    paint.beginPath();
    paint.arc(...this.at, brush * 0.7, 0, 2 * Math.PI);
    if (this.down) paint.fill();
    paint.stroke();
  }
}
