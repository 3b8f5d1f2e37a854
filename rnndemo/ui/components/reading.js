// The reading on a page of the app. The browser reads under the pen, if it can; the server's answer
// replaces it when it knows the same strokes. `web.readingOf` and `given` bring both into one form.

const GHOST = 1400; // milliseconds in which an example is drawn

export default mounted((parent) => new Reading(parent.querySelector(".reading")));

class Reading extends ReadingView {
  dispose() {
    cancelAnimationFrame(this.ghost);
    super.dispose();
    this.listening.abort();
    this.overlay(null);
    this.label(null);
  }

  listen() {
    super.listen();
    this.listening = new AbortController();
    const { signal } = this.listening;
    hear("ink", (board) => board === this.data?.board && this.inked(), signal);
    hear("weights", () => this.data && this.inked(), signal);
  }

  // ------------------------------------------------------------------ what there is to show

  update(data) {
    if (data.manifest?.id !== this.data?.manifest?.id) this.stopGhost();
    if (String(data.truth?.numbers) !== String(this.data?.truth?.numbers)) this.since = performance.now();
    this.data = data;
    this.truth = data.truth && given(data.truth);
    this.name();
    this.inked();
  }

  get ink() {
    return (this.data.board && shared.ink[this.data.board]) || null;
  }

  get reader() {
    const { manifest } = this.data;
    if (!manifest || !shared.weights.has(manifest.id)) return null;
    if (this.loaded?.manifest.id !== manifest.id) {
      this.loaded = new web.Reader(manifest, shared.weights.get(manifest.id));
    }
    return this.loaded;
  }

  look() {
    this.changed = false;
    const [state, shown] = this.now(this.ink);
    if (state === "blank" && this.ghost) return; // the example goes on
    if (state !== "blank") this.stopGhost();
    this.present(state, shown);
    if (state === "blank") this.startGhost();
  }

  // [state, reading]
  now(ink) {
    if (!ink || this.knows(ink)) return [this.truth ? "server" : "blank", this.truth];
    if (!ink.strokes.length && !ink.pen) return ["blank", null];
    const strokes = [...this.due(ink).map((stroke) => stroke.points), ...(ink.pen ? [ink.pen] : [])];
    const found = this.reader && web.readingOf(this.reader, strokes);
    if (!found) return ["waiting", this.shown ?? this.truth];
    return [ink.down ? "drawing" : "lifted", found];
  }

  // The strokes that make up the drawing. Where each stroke is a drawing of its own, those that are
  // answered are done with as soon as another begins, unless it may still belong to them.
  due({ strokes, pen }) {
    const { together, truth } = this.data, numbers = truth?.numbers ?? [];
    if (together === null || !numbers.length) return strokes;
    const lying = strokes.filter(({ number }) => number >= numbers[0]);
    const fresh = lying.filter(({ number }) => number > numbers.at(-1));
    const another = pen || fresh.length;
    return another && performance.now() - this.since >= 1000 * together ? fresh : lying;
  }

  // Whether the server has answered to just these strokes
  knows(ink) {
    const numbers = this.data.truth?.numbers ?? [], strokes = this.due(ink);
    return !ink.pen && numbers.length === strokes.length && strokes.every(({ number }, i) => number === numbers[i]);
  }

  // ------------------------------------------------------------------ the ghost

  startGhost() {
    const { ghost } = this.data;
    if (!ghost || this.ghost || shared.touched || !this.reader) return;
    const begin = performance.now();
    const step = (now) => {
      const share = this.still.matches ? 1 : Math.min(1, (now - begin) / GHOST);
      const strokes = upTo(ghost, share);
      this.shown = web.readingOf(this.reader, strokes);
      this.state = "ghost";
      this.overlay({ ghost: strokes });
      this.draw();
      this.ghost = share < 1 ? requestAnimationFrame(step) : -1;
      if (share === 1 && !this.still.matches) this.play();
    };
    this.ghost = requestAnimationFrame(step);
  }

  stopGhost() {
    if (!this.ghost) return;
    cancelAnimationFrame(this.ghost);
    this.ghost = 0;
    this.overlay(null);
  }

  // ------------------------------------------------------------------ beside the reading

  drawAnswer(at, over) {
    if (!this.data.label) return;
    this.drawLabel(at, over);
    this.drawOver(at, over);
    tell("drawn", this.state);
    const found = this.shown && this.readout(at);
    tell("readout", { board: this.data.board, state: this.state, row: found?.row, best: found?.best, rejected: found?.rejected });
  }

  // The answer alone is the server's; while it is another, the page shows that of the browser. Of a
  // board that has just been cleared the server still has its old answer.
  drawLabel(at, over) {
    if (this.state === "blank" && this.truth) return this.label("?", true);
    const replaced = this.shown && (this.state !== "server" || !over);
    if (!replaced) return this.label(null);
    const { name, pale } = this.answer(at, over);
    this.label(name, pale);
  }

  label(name, pale) {
    if (!this.data?.label) return;
    const place = document.querySelector(`.st-key-${this.data.label}`);
    document.documentElement.dataset.reading = name === null ? "" : this.state;
    if (!place) return;
    if (name === null) {
      delete place.dataset.live;
      return;
    }
    const clicks = place.dataset.pale === "true" && !pale && !this.still.matches;
    place.dataset.live = name;
    place.dataset.pale = String(Boolean(pale));
    if (clicks) clickIn(place);
  }

  // The row that is being read, across the board itself
  drawOver(at, over) {
    if (!this.data.board) return;
    const strokes = this.state === "ghost" ? this.data.ghost : this.ink?.strokes.map((stroke) => stroke.points);
    const row = over ? null : this.lineOnBoard(at, strokes);
    const ghost = this.state === "ghost" && this.ghost === -1 ? this.data.ghost : null;
    if (this.state !== "ghost" || ghost) this.overlay({ ghost, row });
  }

  overlay(drawn) {
    const key = JSON.stringify(drawn);
    if (!this.data?.board || !this.data.label || this.overlaid === key) return;
    this.overlaid = key;
    tell("over", { board: this.data.board, ...drawn });
  }
}

// What the server sent
function given({ picture, rows, hidden, time, width, units, limit, decided }) {
  return {
    time, width, units, limit, decided,
    picture: unpack(picture, Float32Array),
    rows: unpack(rows, Float32Array),
    hidden: hidden && Float32Array.from(unpack(hidden, Int16Array), (v) => (v / 32767) * limit),
  };
}

// The first `share` of the way along strokes
function upTo(strokes, share) {
  const length = (stroke) => {
    let sum = 0;
    for (let i = 2; i < stroke.length; i += 2) sum += Math.hypot(stroke[i] - stroke[i - 2], stroke[i + 1] - stroke[i - 1]);
    return sum;
  };
  let left = share * strokes.reduce((sum, stroke) => sum + length(stroke), 0);
  const result = [];
  for (const stroke of strokes) {
    const part = stroke.slice(0, 2);
    for (let i = 2; i < stroke.length && left > 0; i += 2) {
      const dx = stroke[i] - stroke[i - 2], dy = stroke[i + 1] - stroke[i - 1];
      const step = Math.hypot(dx, dy), some = Math.min(1, left / step);
      part.push(stroke[i - 2] + some * dx, stroke[i - 1] + some * dy);
      left -= step;
    }
    result.push(part);
    if (left <= 0) break;
  }
  return result;
}
