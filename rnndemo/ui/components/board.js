// The drawing board: the canvas of streamlit-drawable-canvas, with its strokes in our hands.
// Alone, that canvas shows what the server sends and forgets what a person has drawn meanwhile.
// Here every stroke has a number: buttons of the page take strokes away in the browser, at once;
// the server says which strokes it is done with, and no others go (see board.py).

let canvas; // the function of the package: draws a canvas, or brings it up to date

const mount = mounted((parent) => new Board(parent));

export default async (given) => {
  canvas ??= (await import(served(given.data.library))).default;
  return mount(given);
};

// What its function needs besides our pen and our strokes
const PLAIN = {
  drawingMode: "freedraw", realtimeUpdateStreamlit: true, returnImageData: false, disabled: false,
  backgroundImageURL: null, backgroundImageFit: "stretch", maxDisplayHeight: null,
};

// What is left on the board after a button of the page was pressed
const LEFT = { undo: (strokes) => strokes.slice(0, -1), clear: () => [], add: () => [] };

// A stroke as the canvas holds it
const STROKE = { type: "path", fill: null, strokeLineCap: "round", strokeLineJoin: "round" };

const FRAMES = 40; // in which strokes are drawn that nobody draws

const LINE = "rgba(74, 144, 194, 0.9)"; // the colour of what lies over the strokes

class Board {
  constructor(parent) {
    this.parent = parent;
    this.edition = 0;
    this.added = []; // drawings that the server has not taken yet
    this.pen = null; // points of the stroke that is being drawn, or that the canvas has not sent yet
    this.kind = null; // who draws it: "mouse" or "touch", or "us"; null: nobody
    this.ours = false; // whether we draw it: the canvas does not
    this.laying = false; // whether the canvas is laying out strokes
    this.coming = []; // points that we draw by ourselves, null where the pen is lifted
    this.listening = new AbortController();
    const options = { signal: this.listening.signal, capture: true };
    parent.addEventListener("pointerdown", ({ button }) => { this.drawing ||= button === 0; }, options);
    // while a menu is open, nobody hears the pen being lifted
    parent.addEventListener("contextmenu", (event) => event.preventDefault(), options);
    for (const end of ["pointerup", "pointercancel"]) {
      window.addEventListener(end, () => setTimeout(() => this.lift()), options); // the canvas first
    }
    document.addEventListener("click", (event) => this.press(event), options); // before the page
    this.followPen({ ...options, passive: true });
    const { signal } = this.listening;
    this.over = parent.querySelector(".over");
    this.reading = {}; // what a reading of the strokes shows over them
    hear("over", (drawn) => drawn.board === this.data?.name && this.drawOver(drawn), signal);
    hear("draw", (drawn) => drawn.board === this.data?.name && this.drawOn(drawn.strokes), signal);
    this.keys = new KeyPen(this.over, {
      size: () => [this.data.pen.canvasWidth, this.data.pen.canvasHeight],
      free: () => (this.kind === null || this.kind === "us") && !this.coming.length,
      draw: (point) => this.ourPen(point),
      lift: () => this.ourLift(),
      undo: () => this.undo(),
      moved: () => this.data && this.drawOver(),
    }, signal);
  }

  dispose() {
    this.listening.abort();
    clearTimeout(this.adding);
    this.remove();
    delete shared.ink[this.data.name];
  }

  // The pointer as the canvas sees it: its script knows mouse and touch events alone.
  followPen(options) {
    const kinds = { mouse: ["mousedown", "mousemove", "mouseup"], touch: ["touchstart", "touchmove", "touchend"] };
    for (const [kind, [down, move, up]] of Object.entries(kinds)) {
      this.parent.addEventListener(down, (event) => this.penDown(event, kind), options);
      window.addEventListener(move, (event) => this.penMoves(event, kind), options);
      window.addEventListener(up, (event) => this.kind === kind && this.ends(event), options);
    }
    window.addEventListener("touchcancel", (event) => this.cutOff(event), options);
  }

  // The system takes a touch away, a palm for example. The canvas knows nothing of that, and would
  // ignore the next touch: so it is told that the finger was lifted.
  cutOff({ changedTouches }) {
    if (this.kind !== "touch") return;
    if (![...changedTouches].some(({ identifier }) => identifier === this.finger)) return;
    this.tellLifted(changedTouches);
  }

  tellLifted(changedTouches) {
    const end = new Event("touchend", { bubbles: true, composed: true });
    Object.assign(end, { touches: [], changedTouches });
    this.parent.querySelector(".upper-canvas").dispatchEvent(end); // `followPen` hears it as well
  }

  // Fingers elsewhere on the page do not hold a stroke up: but the canvas would wait for them.
  ends(event) {
    if (event.touches) {
      const [touched] = event.composedPath();
      if (!touched.matches?.(".upper-canvas") || !this.parent.contains(touched)) return;
      if (event.targetTouches?.length) return;
      if (event.touches.length) return this.tellLifted(event.changedTouches);
    }
    this.penUp();
  }

  // The first finger on the board draws, until the last one there is lifted: the canvas sees it so too.
  penDown(event, kind) {
    if (event.button || (this.kind === "touch" && event.targetTouches?.length > 1)) return;
    this.keys.leave();
    this.drawAll();
    shared.touched = true;
    this.kind = kind;
    this.finger = event.changedTouches?.[0].identifier;
    this.ours = this.laying;
    if (this.ours) event.stopPropagation(); // the canvas would draw it, and wipe it
    this.pen = [this.place(event)];
    this.publish();
  }

  penMoves(event, kind) {
    if (this.kind !== kind || event.changedTouches?.[0].identifier !== this.finger) return;
    const point = this.place(event), last = this.pen.at(-1);
    if (this.pen.length > 1 && point[0] === last[0] && point[1] === last[1]) return;
    if (event.shiftKey && this.pen.length > 1) this.pen.pop(); // the canvas draws a straight line
    this.pen.push(point);
    this.publish();
    if (this.ours) this.drawOver();
  }

  penUp() {
    if (!this.kind) return;
    if (this.ours) return this.ourLift();
    this.kind = null;
    this.publish();
    setTimeout(() => this.lift()); // the canvas first
  }

  // ------------------------------------------------------------------ what the canvas does not draw

  // Draw strokes [x0, y0, x1, y1, …] before one's eyes.
  drawOn(strokes) {
    if (this.kind || this.coming.length) return;
    this.coming = strokes.flatMap((stroke) => [...pairs(stroke), null]);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const some = still ? this.coming.length : Math.ceil(this.coming.length / FRAMES);
    const step = () => {
      this.drawAll(some);
      if (this.coming.length) requestAnimationFrame(step);
    };
    step();
  }

  drawAll(most = this.coming.length) {
    for (const point of this.coming.splice(0, most)) {
      if (point) this.ourPen(point);
      else this.ourLift();
    }
  }

  ourPen(point) {
    shared.touched = this.drawing = true;
    if (this.kind !== "us") this.flush(); // the stroke before this one
    this.pen = this.kind === "us" ? [...this.pen, point] : [point];
    this.kind = "us";
    this.ours = true;
    this.publish();
    this.drawOver();
  }

  ourLift() {
    const { strokeColor, strokeWidth } = this.data.pen;
    const path = web.strokePath(this.pen, strokeWidth);
    Object.assign(this, { kind: null, ours: false, drawing: false });
    this.lay([...this.strokes, { ...STROKE, path, stroke: strokeColor, strokeWidth, number: ++this.last }]);
    this.settle();
    this.tell();
    this.addLater();
    this.drawOver();
  }

  // A drawing is added when the pen has rested, as what it was meant to be when it was drawn.
  addLater() {
    clearTimeout(this.adding);
    const { rest, about } = this.data;
    if (rest === null) return;
    this.adding = setTimeout(() => {
      if (this.kind || !this.strokes.length) return;
      this.act("add", about);
    }, 1000 * rest);
  }

  undo() {
    if (this.kind !== "us") return this.act("undo");
    Object.assign(this, { kind: null, ours: false, drawing: false, pen: null });
    this.publish();
    this.settle();
    this.drawOver();
  }

  // ------------------------------------------------------------------ what lies on it

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
    this.over.setAttribute("aria-label", data.text.board);
    this.over.setAttribute("aria-description", data.text.keys);
    this.parent.querySelector(".keys").textContent = data.text.keys;
    if (!this.strokes) { // the page has just been opened
      const { canvasWidth, canvasHeight } = data.pen;
      this.parent.querySelector(".canvas-root").style.aspectRatio = `${canvasWidth} / ${canvasHeight}`;
      this.last = data.last;
      this.number = data.taken;
      this.lay(data.strokes);
    }
    this.added = this.added.filter(({ number }) => number > data.taken);
    this.settle();
  }

  lift() {
    if (!this.drawing || this.ours || this.kind) return; // another finger may draw on
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
    this.drawAll();
    this.flush(); // whatever is pressed, the server must know what is drawn
    const { acts } = this.data;
    const button = Object.keys(acts).find((key) => event.target.closest(`.st-key-${key} button`));
    if (button && !this.drawing) this.act(acts[button]);
  }

  act(name, about = this.data.about) {
    const { strokes } = this;
    if (name === "add") this.added.push({ number: ++this.number, about, strokes });
    this.lay(LEFT[name](strokes));
    this.show();
    this.tell();
  }

  // The canvas says what lies on it a moment after a stroke; the first of its tools says it now.
  flush() {
    if (this.laying) return; // nothing new is on it, and it would say what is there no more
    this.parent.querySelector(".dc-toolbar button").click();
  }

  // Nothing but drawing adds strokes, and nothing but `lay` removes them.
  drawn(objects) {
    if (objects.length <= this.strokes.length) return;
    const number = (i) => this.strokes[i]?.number ?? ++this.last;
    this.strokes = objects.map((object, i) => ({ ...object, number: number(i) }));
    if (!this.kind) this.pen = null; // it is a stroke now
    this.addLater();
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

  // The canvas lays strokes out in its own time, and wipes what is drawn on it meanwhile. It says
  // when it has done so, but not the first time.
  show() {
    if (!this.shown) this.bring({ ...this.ground, objects: [], edition: 0 });
    this.laying ||= this.shown !== this.ground;
    this.shown = this.ground;
    this.bring(this.ground);
  }

  bring(ground) {
    this.remove = canvas({
      parentElement: this.parent,
      data: { ...PLAIN, ...this.data.pen, initialDrawing: ground },
      setStateValue: (name, value) => name === "drawing" && this.hearCanvas(value.raw.objects),
    });
  }

  hearCanvas(objects) {
    if (this.laying) this.laying = false;
    else this.drawn(objects);
  }

  // Over the strokes: a `ghost`, strokes of an example; how far down the picture is read, a `row` in
  // the board's coordinates; and the pen that keys move, with the stroke that it draws.
  drawOver(reading = this.reading) {
    this.reading = reading;
    const { canvasWidth, strokeColor, strokeWidth } = this.data.pen;
    const { paint, size } = surface(this.over);
    paint.scale(size.width / canvasWidth, size.width / canvasWidth);
    paint.lineCap = paint.lineJoin = "round";
    paint.lineWidth = strokeWidth;
    paint.strokeStyle = strokeColor;
    if (this.ours) traceStrokes(paint, [web.pointsOf(web.strokePath(this.pen, strokeWidth))]);
    paint.globalAlpha = 0.35;
    traceStrokes(paint, reading.ghost ?? []);
    paint.globalAlpha = 1;
    paint.fillStyle = LINE;
    if (Number.isFinite(reading.row)) paint.fillRect(0, reading.row - 1, canvasWidth, 2);
    this.keys.show(paint, strokeWidth, LINE);
  }
}

const pairs = (stroke) => Array.from({ length: stroke.length / 2 }, (_, i) => stroke.slice(2 * i, 2 * i + 2));

// Points of a path, which are asked for at every move of the pen
const known = new WeakMap();
function pointsOf(path) {
  if (!known.has(path)) known.set(path, web.pointsOf(path));
  return known.get(path);
}
