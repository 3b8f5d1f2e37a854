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
    this.listening = new AbortController();
    const options = { signal: this.listening.signal, capture: true };
    parent.addEventListener("pointerdown", () => (this.drawing = true), options);
    for (const end of ["pointerup", "pointercancel"]) {
      window.addEventListener(end, () => setTimeout(() => this.lift()), options); // the canvas first
    }
    document.addEventListener("click", (event) => this.press(event), options); // before the page
  }

  dispose() {
    this.listening.abort();
    this.remove();
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
    this.tell();
  }

  tell() {
    const { strokes, added } = this;
    this.send("sent", { strokes, added });
  }

  // The canvas takes no drawing twice: one that is laid there again needs another edition.
  lay(strokes) {
    this.strokes = strokes;
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
