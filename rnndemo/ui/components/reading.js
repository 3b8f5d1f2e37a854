// What a network reads while it is drawn: bars, the picture, readouts and hidden states, all at one
// timestep. The browser reads under the pen, if it can; the server's answer replaces it when it
// knows the same strokes. `web` computes, `readingOf` and `given` bring both into one form.

const SWEEP = 1500; // milliseconds: reading a picture once for the eye
const REST = 500; // milliseconds between lifting the pen and that, lest the next stroke waits
const BRIGHT = 0.5; // the share of the limit from which on a hidden state has its full colour
const GHOST = 1400; // milliseconds in which an example is drawn

export default mounted((parent) => new Reading(parent));

class Reading {
  constructor(parent) {
    this.root = parent.querySelector(".reading");
    this.find = (selector) => this.root.querySelector(selector);
    this.canvases = Object.fromEntries(
      ["picture", "rows", "states"].map((name) => [name, this.find(`.${name} canvas`)]));
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.at = null; // the timestep that is shown; null: the last
    this.listen();
  }

  dispose() {
    this.listening.abort();
    this.resizing.disconnect();
    this.stop();
    cancelAnimationFrame(this.frame);
    this.overlay(null);
    this.label(null);
  }

  listen() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    hear("ink", (board) => board === this.data?.board && this.inked(), signal);
    hear("weights", () => this.data && this.inked(), signal);
    this.find("button").addEventListener("click", () => this.toggle());
    this.find("input").addEventListener("input", (event) => this.goTo(Number(event.target.value)));
    for (const [name, canvas] of Object.entries(this.canvases)) {
      canvas.addEventListener("pointermove", (event) => this.point(name, event));
      canvas.addEventListener("pointerdown", (event) => this.point(name, event, true));
      canvas.addEventListener("pointerleave", () => (this.find(".tip").hidden = true));
    }
    this.resizing = new ResizeObserver(() => this.soon());
    this.resizing.observe(this.find(".stage"));
  }

  // ------------------------------------------------------------------ what there is to show

  update(data) {
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

  // Something was drawn, or the server has answered: find out once a frame what is to be shown.
  inked() {
    this.changed = true;
    this.soon();
  }

  soon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.changed) this.look();
      this.draw();
    });
  }

  look() {
    this.changed = false;
    const { ink } = this;
    const [state, shown] = this.now(ink);
    const before = this.state;
    if (ink?.pen || ink?.strokes.length) this.stopGhost();
    else if (state === "blank") this.startGhost();
    if (this.ghost) return;
    Object.assign(this, { state, shown });
    if (state === "drawing" || !shown) this.goTo(null);
    const fresh = shown && state !== "waiting" && this.swept !== sign(shown);
    if (fresh && (state === "lifted" || state === "server")) {
      this.swept = sign(shown);
      this.goTo(null);
      if (!this.still.matches) this.later = setTimeout(() => this.play(), before === undefined ? 0 : REST);
    }
  }

  // [state, reading]
  now(ink) {
    if (!ink || this.knows(ink)) return [this.truth ? "server" : "blank", this.truth];
    if (!ink.strokes.length && !ink.pen) return ["blank", null];
    const strokes = [...ink.strokes.map((stroke) => stroke.points), ...(ink.pen ? [ink.pen] : [])];
    const found = this.reader && readingOf(this.reader, strokes);
    if (!found) return ["waiting", this.shown ?? this.truth];
    return [ink.down ? "drawing" : "lifted", found];
  }

  // Whether the server has answered to just these strokes
  knows({ strokes, pen }) {
    const numbers = this.data.truth?.numbers ?? [];
    return !pen && numbers.length === strokes.length && strokes.every(({ number }, i) => number === numbers[i]);
  }

  // ------------------------------------------------------------------ the ghost

  startGhost() {
    const { ghost } = this.data;
    if (!ghost || this.ghost || shared.touched || !this.reader) return;
    const begin = performance.now();
    const step = (now) => {
      const share = this.still.matches ? 1 : Math.min(1, (now - begin) / GHOST);
      const strokes = upTo(ghost, share);
      this.shown = readingOf(this.reader, strokes);
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

  // ------------------------------------------------------------------ the clock

  toggle() {
    if (this.timer) this.goTo(null);
    else this.play();
  }

  play() {
    this.stop();
    if (!this.shown) return;
    const begin = performance.now();
    const step = (now) => {
      const at = Math.floor(((now - begin) / SWEEP) * this.shown.time);
      if (at >= this.shown.time) return void this.goTo(null);
      this.timer = requestAnimationFrame(step);
      this.show(at);
    };
    this.timer = requestAnimationFrame(step);
  }

  stop() {
    cancelAnimationFrame(this.timer);
    clearTimeout(this.later);
    this.timer = null;
  }

  // A timestep, or null: the last
  goTo(at) {
    this.stop();
    this.show(at === null || !this.shown ? null : Math.max(0, Math.min(at, this.shown.time - 1)));
  }

  show(at) {
    this.at = at;
    this.soon();
  }

  // ------------------------------------------------------------------ drawing

  name() {
    const { text, words } = this.data;
    this.find(".stage").setAttribute("aria-label", text.stage);
    for (const [part, canvas] of Object.entries(this.canvases)) {
      this.find(`.${part} figcaption`).textContent = text[part];
      canvas.setAttribute("aria-label", this.data.said[part] ?? text[part]);
    }
    this.find("input").setAttribute("aria-label", text.moment);
    const bars = this.find(".bars");
    bars.classList.toggle("words", words);
    bars.setAttribute("aria-label", this.data.said.bars);
    if (bars.children.length !== this.data.names.length) {
      bars.replaceChildren(...this.data.names.map(() => {
        const bar = document.createElement("li");
        bar.innerHTML = '<span class="track"><i></i></span><b></b>';
        return bar;
      }));
    }
    this.data.names.forEach((name, k) => {
      const [fill, label] = [bars.children[k].querySelector("i"), bars.children[k].querySelector("b")];
      fill.style.background = this.data.colors[k];
      label.textContent = name;
      label.style.color = this.data.texts[k];
    });
  }

  draw() {
    if (!this.data) return;
    const { shown, state, root } = this;
    const last = shown ? shown.time - 1 : 0;
    const at = shown ? Math.min(this.at ?? last, last) : 0;
    const over = this.at === null || at === last;
    Object.assign(root.dataset, { state, row: at });
    this.find(".stage").classList.toggle("two", Boolean(shown && !shown.hidden));
    this.find(".states").hidden = Boolean(shown && !shown.hidden);
    this.drawBars(at);
    this.drawPicture(at);
    this.drawRows(at);
    this.drawStates(at);
    this.drawClock(at, last);
    this.drawLabel(at, over);
    this.drawOver(at, over);
    tell("drawn", state);
  }

  // The readout at a timestep: how probable each class is, the best, and whether it is said
  readout(at) {
    const { names, threshold } = this.data;
    const row = this.shown.rows.subarray(at * names.length, (at + 1) * names.length);
    const best = row.indexOf(Math.max(...row));
    return { row, best, rejected: row[best] < threshold };
  }

  drawBars(at) {
    const found = this.shown && this.readout(at);
    const axis = this.data.words ? "scaleX" : "scaleY";
    [...this.find(".bars").children].forEach((bar, k) => {
      bar.querySelector("i").style.transform = `${axis}(${found ? found.row[k] : 0})`;
      bar.classList.toggle("best", Boolean(found) && !found.rejected && k === found.best);
    });
  }

  drawPicture(at) {
    const { paint, size } = surface(this.canvases.picture);
    paint.fillStyle = this.data.board_color;
    paint.fillRect(0, 0, size.width, size.height);
    if (!this.shown) return;
    const { picture, width, time } = this.shown;
    if (this.data.path) return drawPath(paint, size, picture, at, this.data.chalk);
    const image = cells({ values: picture, units: width, limit: 1 }, this.data.board_color, this.data.chalk, this.data.chalk);
    this.scaled(paint, size, image);
    this.shade(paint, size, (at + 1) / time, this.data.board_color);
  }

  drawRows(at) {
    const { paint, size } = surface(this.canvases.rows);
    if (!this.shown) return;
    const { rows, time, decided } = this.shown;
    const count = this.data.names.length, height = size.height / time;
    for (let t = 0; t <= at; t++) {
      const row = rows.subarray(t * count, (t + 1) * count);
      const sum = row.reduce((a, b) => a + b, 0);
      let x = 0;
      row.forEach((share, k) => {
        const wide = (share / sum) * size.width;
        paint.fillStyle = this.data.colors[k];
        paint.fillRect(x, t * height, wide + 0.5, height + (t < at ? 0.5 : 0));
        x += wide;
      });
    }
    if (decided !== null && decided <= at) {
      paint.fillStyle = getComputedStyle(this.root).color;
      paint.fillRect(0, decided * height - 1, size.width, 2);
    }
  }

  drawStates(at) {
    if (this.shown && !this.shown.hidden) return;
    const { paint, size } = surface(this.canvases.states);
    const ground = getComputedStyle(this.root).getPropertyValue("--st-secondary-background-color");
    paint.fillStyle = ground;
    paint.fillRect(0, 0, size.width, size.height);
    if (!this.shown) return;
    const { hidden, units, limit, time } = this.shown;
    this.scaled(paint, size, cells({ values: hidden, units, limit: limit * BRIGHT, order: this.data.order }, ground, this.data.negative, this.data.positive));
    this.shade(paint, size, (at + 1) / time, ground);
  }

  scaled(paint, size, image) {
    paint.imageSmoothingEnabled = false;
    paint.drawImage(image, 0, 0, size.width, size.height);
  }

  // What is not read yet
  shade(paint, size, share, color) {
    paint.globalAlpha = 0.85;
    paint.fillStyle = color;
    paint.fillRect(0, share * size.height, size.width, size.height);
    paint.globalAlpha = 1;
  }

  drawClock(at, last) {
    const { text } = this.data;
    showPlayButton(this.find("button"), Boolean(this.timer), text);
    const scrub = this.find("input");
    scrub.max = last;
    scrub.value = at;
    this.find(".said").textContent = this.shown ? this.said(at, last) : "";
    scrub.setAttribute("aria-valuetext", this.find(".said").textContent);
  }

  said(at, last) {
    const { names, text } = this.data;
    const { row, best } = this.readout(at);
    const values = { row: at, label: names[best], percent: sureness(row[best], text.percent) };
    const end = this.state === "drawing" ? text.now : text.end;
    return fill(at === last ? end : text.after, values);
  }

  // The answer alone is the server's; while it is another, the page shows that of the browser.
  drawLabel(at, over) {
    const replaced = this.shown && (this.state !== "server" || !over);
    if (!replaced) return this.label(null);
    const { best, rejected } = this.readout(at);
    const settled = this.shown.decided !== null && at >= this.shown.decided;
    this.label(over && rejected ? "?" : this.data.names[best], this.state === "ghost" || !over && !settled || this.state === "drawing");
  }

  label(name, pale) {
    const place = document.querySelector(".st-key-prediction_label");
    document.documentElement.dataset.reading = name === null ? "" : this.state;
    if (!place) return;
    if (name === null) {
      delete place.dataset.live;
      return;
    }
    const clicks = place.dataset.pale === "true" && !pale && !this.still.matches;
    place.dataset.live = name;
    place.dataset.pale = String(Boolean(pale));
    if (clicks) place.animate([{ transform: "scale(1.18)" }, { transform: "scale(1)" }], 220);
  }

  // The row that is being read, across the board itself
  drawOver(at, over) {
    if (!this.data.board) return;
    const strokes = this.state === "ghost" ? this.data.ghost : this.ink?.strokes.map((stroke) => stroke.points);
    let row = null;
    if (!over && this.data.lines && strokes?.length) {
      const { scale, shift } = web.placement(strokes);
      row = ((this.data.lines === "up" ? this.shown.time - 1 - at : at + 1) - shift[1]) / scale;
    }
    const ghost = this.state === "ghost" && this.ghost === -1 ? this.data.ghost : null;
    if (this.state !== "ghost" || ghost) this.overlay({ ghost, row });
  }

  overlay(drawn) {
    const key = JSON.stringify(drawn);
    if (!this.data?.board || this.overlaid === key) return;
    this.overlaid = key;
    tell("over", { board: this.data.board, ...drawn });
  }

  // ------------------------------------------------------------------ exact values

  point(name, event, pressed = false) {
    if (!this.shown) return;
    const { stage, tip } = { stage: this.find(".stage"), tip: this.find(".tip") };
    const box = this.canvases[name].getBoundingClientRect(), around = stage.getBoundingClientRect();
    const u = (event.clientX - box.left) / box.width, v = (event.clientY - box.top) / box.height;
    const t = index(v, this.shown.time);
    if (pressed || event.buttons === 1) this.goTo(t);
    showTip(tip, stage, event.clientX - around.left, event.clientY - around.top, this.tips(name, u, t));
  }

  tips(name, u, t) {
    const { text, names } = this.data;
    const { picture, width, hidden, units } = this.shown;
    if (name === "states") {
      const place = index(u, units), unit = this.data.order?.[place] ?? place;
      return fill(text.unit_tip, { unit, row: t, value: number(hidden[t * units + unit]) });
    }
    if (name === "picture") {
      if (this.data.path) return fill(text.point_tip, { row: t });
      const column = index(u, width);
      return fill(text.pixel_tip, { row: t, column, value: number(picture[t * width + column]) });
    }
    const { row } = this.readout(t);
    const order = [...row.keys()].sort((a, b) => row[b] - row[a]).slice(0, 3);
    const answers = order.map((k) => `${names[k]} ${sureness(row[k], text.percent)}`).join(" · ");
    return fill(text.row_tip, { row: t, answers });
  }
}

// ---------------------------------------------------------------------------- readings

// What the server sent
function given({ picture, rows, hidden, time, width, units, limit, decided }) {
  return {
    time, width, units, limit, decided,
    picture: unpack(picture, Float32Array),
    rows: unpack(rows, Float32Array),
    hidden: hidden && Float32Array.from(unpack(hidden, Int16Array), (v) => (v / 32767) * limit),
  };
}

// What the browser reads of strokes; null for a dot where the pen path is read
function readingOf(reader, strokes) {
  const { frame, classes, hidden: units, size, threshold } = reader.manifest;
  const picture = frame === "path" ? web.penPath(strokes) : web.render(strokes);
  if (!picture) return null;
  reader.read(picture);
  const states = reader.states.at(-1).hidden;
  const every = reader.layers[0].features === 1 ? size[1] : 1; // pixel by pixel: a line is a row
  const time = reader.time / every, width = reader.sequence.length / time;
  const rows = lines(reader.rows, classes.length, every), hidden = lines(states, units, every);
  const seen = every > 1 ? picture : reader.sequence;
  const limit = hidden.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  return { time, width, units, limit, picture: seen.slice(), rows, hidden, decided: decisionStep(rows, time, classes.length, threshold) };
}

function lines(values, width, every) {
  if (every === 1) return values.slice();
  const count = values.length / width / every;
  const result = new Float32Array(count * width);
  for (let t = 0; t < count; t++) {
    const from = ((t + 1) * every - 1) * width;
    result.set(values.subarray(from, from + width), t * width);
  }
  return result;
}

// The first timestep from which on the best class is the final one; null if it is turned away
function decisionStep(rows, time, count, threshold) {
  const best = (t) => {
    const row = rows.subarray(t * count, (t + 1) * count);
    return row.indexOf(Math.max(...row));
  };
  const final = best(time - 1);
  if (rows[(time - 1) * count + final] < threshold) return null;
  let t = time - 1;
  while (t > 0 && best(t - 1) === final) t--;
  return t;
}

const sign = ({ picture, rows }) => `${picture.length} ${picture.reduce((sum, v, i) => sum + v * (i + 1), 0).toFixed(2)}`;

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

// A pen path up to a point: its features are places relative to the first point, 0 at 1/2
function drawPath(paint, size, picture, at, color) {
  const points = Array.from({ length: picture.length / 5 }, (_, k) => ({
    x: 2 * picture[5 * k] - 1, y: 2 * picture[5 * k + 1] - 1, up: picture[5 * k + 4] > 0.5,
  }));
  const range = (axis) => [Math.min(...points.map((p) => p[axis])), Math.max(...points.map((p) => p[axis]))];
  const [[left, right], [top, bottom]] = [range("x"), range("y")];
  const scale = (0.8 * Math.min(size.width, size.height)) / Math.max(right - left, bottom - top, 1e-6);
  const place = ({ x, y }) => [
    size.width / 2 + (x - (left + right) / 2) * scale, size.height / 2 + (y - (top + bottom) / 2) * scale,
  ];
  paint.lineCap = paint.lineJoin = "round";
  paint.strokeStyle = paint.fillStyle = color;
  for (const [part, alpha, wide] of [[points, 0.18, 2], [points.slice(0, at + 1), 1, 4]]) {
    paint.globalAlpha = alpha;
    paint.lineWidth = wide;
    paint.beginPath();
    part.forEach((point, k) => (k && !point.up ? paint.lineTo(...place(point)) : paint.moveTo(...place(point))));
    paint.stroke();
  }
  paint.beginPath();
  paint.arc(...place(points[at]), 5, 0, 2 * Math.PI);
  paint.fill();
}
