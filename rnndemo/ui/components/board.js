// The drawing board: the canvas of streamlit-drawable-canvas, with its strokes in our hands.
// Alone, that canvas shows what the server sends and forgets what a person has drawn meanwhile.
// Here every stroke has a number: buttons of the page take strokes away in the browser, at once;
// the server says which strokes it is done with, and no others go (see board.py).

let canvas; // the function of the package: draws a canvas, or brings it up to date

const mount = mounted((parent) => new Board(parent));

export default async (given) => {
  canvas ??= (await import(new URL(given.data.library, location.href))).default;
  return mount(given);
};

// What its function needs besides our pen and our strokes
const PLAIN = {
  drawingMode: "freedraw", realtimeUpdateStreamlit: true, returnImageData: false, disabled: false,
  backgroundImageURL: null, backgroundImageFit: "stretch", maxDisplayHeight: null,
};

// What is left on the board after a button of the page was pressed
const LEFT = { undo: (strokes) => strokes.slice(0, -1), clear: () => [], add: () => [] };

class Board {
  constructor(parent) {
    this.parent = parent;
    this.edition = 0;
    this.added = []; // drawings that the server has not taken yet
    this.pen = null; // points of the stroke that is being drawn, or that the canvas has not sent yet
    this.kind = null; // what draws it, "mouse" or "touch"; null: nobody draws
    this.listening = new AbortController();
    const options = { signal: this.listening.signal, capture: true };
    parent.addEventListener("pointerdown", () => (this.drawing = true), options);
    for (const end of ["pointerup", "pointercancel"]) {
      window.addEventListener(end, () => setTimeout(() => this.lift()), options); // the canvas first
    }
    document.addEventListener("click", (event) => this.press(event), options); // before the page
    this.followPen({ ...options, passive: true });
    this.over = new Over(parent.querySelector(".over"));
    hear("over", (drawn) => drawn.board === this.data?.name && this.over.draw(drawn, this.data.pen), this.listening.signal);
  }

  dispose() {
    this.listening.abort();
    this.remove();
    delete shared.ink[this.data.name];
  }

  // The pointer as the canvas sees it: its script knows mouse and touch events alone.
  followPen(options) {
    const kinds = { mouse: ["mousedown", "mousemove", "mouseup"], touch: ["touchstart", "touchmove", "touchend"] };
    for (const [kind, [down, move, up]] of Object.entries(kinds)) {
      this.parent.addEventListener(down, (event) => this.penDown(event, kind), options);
      window.addEventListener(move, (event) => this.penMoves(event, kind), options);
      window.addEventListener(up, () => this.kind === kind && this.penUp(), options);
    }
    window.addEventListener("touchcancel", () => this.penUp(), options);
  }

  penDown(event, kind) {
    if (event.button || event.touches?.length > 1) return;
    shared.touched = true;
    this.kind = kind;
    this.pen = [this.place(event)];
    this.publish();
  }

  penMoves(event, kind) {
    if (this.kind !== kind) return;
    const point = this.place(event), last = this.pen.at(-1);
    if (this.pen.length > 1 && point[0] === last[0] && point[1] === last[1]) return;
    if (event.shiftKey && this.pen.length > 1) this.pen.pop(); // the canvas draws a straight line
    this.pen.push(point);
    this.publish();
  }

  penUp() {
    if (!this.kind) return;
    this.kind = null;
    this.publish();
  }

  // Where the pointer is, in the coordinates of the strokes
  place(event) {
    const { clientX, clientY } = event.changedTouches?.[0] ?? event;
    const box = this.parent.querySelector(".upper-canvas").getBoundingClientRect();
    const { canvasWidth, canvasHeight } = this.data.pen;
    return [((clientX - box.left) * canvasWidth) / box.width, ((clientY - box.top) * canvasHeight) / box.height];
  }

  // Tell the other components what lies on the board.
  publish() {
    const strokes = this.strokes.map(({ number, path }) => ({ number, points: pointsOf(path) }));
    const pen = this.pen && web.pointsOf(web.strokePath(this.pen, this.data.pen.strokeWidth));
    const { name } = this.data;
    shared.ink[name] = { strokes, pen, down: this.kind !== null };
    tell("ink", name);
  }

  update(data, _trigger, send) {
    Object.assign(this, { data, send });
    if (!this.strokes) { // the page has just been opened
      this.last = data.last;
      this.number = data.taken;
      this.lay(data.strokes);
    }
    this.added = this.added.filter(({ number }) => number > data.taken);
    this.settle();
  }

  lift() {
    if (!this.drawing) return;
    this.drawing = false;
    this.flush();
    this.settle();
  }

  // Not while a person draws: the stroke would be torn.
  settle() {
    if (this.drawing) return;
    const done = ({ number }) => number < this.data.first;
    if (this.strokes.some(done)) {
      this.flush();
      this.lay(this.strokes.filter((stroke) => !done(stroke)));
    }
    this.show();
  }

  press(event) {
    if (event.composedPath().includes(this.parent)) return;
    this.flush(); // whatever is pressed, the server must know what is drawn
    const { acts, about } = this.data;
    const button = Object.keys(acts).find((key) => event.target.closest(`.st-key-${key} button`));
    if (!button || this.drawing) return;
    const { strokes } = this;
    if (acts[button] === "add") this.added.push({ number: ++this.number, about, strokes });
    this.lay(LEFT[acts[button]](strokes));
    this.show();
    this.tell();
  }

  // The canvas says what lies on it a moment after a stroke; the first of its tools says it now.
  flush() {
    this.parent.querySelector(".dc-toolbar button").click();
  }

  // Nothing but drawing adds strokes, and nothing but `lay` removes them.
  drawn(objects) {
    if (objects.length <= this.strokes.length) return;
    const number = (i) => this.strokes[i]?.number ?? ++this.last;
    this.strokes = objects.map((object, i) => ({ ...object, number: number(i) }));
    if (!this.kind) this.pen = null; // it is a stroke now
    this.publish();
    this.tell();
  }

  tell() {
    const { strokes, added } = this;
    this.send("sent", { strokes, added });
  }

  // The canvas takes no drawing twice: one that is laid there again needs another edition.
  lay(strokes) {
    this.strokes = strokes;
    this.pen = null;
    this.publish();
    this.ground = { objects: strokes, background: this.data.pen.backgroundColor, edition: ++this.edition };
  }

  show() {
    this.remove = canvas({
      parentElement: this.parent,
      data: { ...PLAIN, ...this.data.pen, initialDrawing: this.ground },
      setStateValue: (name, value) => name === "drawing" && this.drawn(value.raw.objects),
    });
  }
}

// Points of a path, which are asked for at every move of the pen
const known = new WeakMap();
function pointsOf(path) {
  if (!known.has(path)) known.set(path, web.pointsOf(path));
  return known.get(path);
}

// Draws over the strokes, and never hears the pointer.
class Over {
  constructor(canvas) {
    this.canvas = canvas;
  }

  // `ghost`: strokes of an example; `row`: how far down the picture is read, in the board's coordinates
  draw({ ghost, row }, { canvasWidth, strokeColor, strokeWidth }) {
    const { paint, size } = surface(this.canvas);
    const scale = size.width / canvasWidth;
    paint.scale(scale, scale);
    paint.lineCap = paint.lineJoin = "round";
    paint.lineWidth = strokeWidth;
    paint.strokeStyle = strokeColor;
    paint.globalAlpha = 0.35;
    for (const stroke of ghost ?? []) {
      paint.beginPath();
      for (let i = 0; i < stroke.length; i += 2) paint.lineTo(stroke[i], stroke[i + 1]);
      paint.stroke();
    }
    if (row === null || row === undefined) return;
    paint.globalAlpha = 1;
    paint.fillStyle = "rgba(74, 144, 194, 0.9)";
    paint.fillRect(0, row - 1, canvasWidth, 2);
  }
}
