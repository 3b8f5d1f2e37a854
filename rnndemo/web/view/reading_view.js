// What a network reads, drawn: bars, the picture, readouts and hidden states, all at one timestep.
// Whoever uses it extends it: `reading.html` is its root, `data` what rnndemo/plots/reading/live.py
// says, and `present` shows what `web.readingOf` gives.

const SWEEP = 1500; // milliseconds: reading a picture once for the eye
const REST = 500; // milliseconds between lifting the pen and that, lest the next stroke waits
const BRIGHT = 0.5; // the share of the limit from which on a hidden state has its full colour
const LIFTED = new Set(["lifted", "server"]); // states in which nobody draws

class ReadingView {
  constructor(root) {
    this.root = root;
    this.find = (selector) => this.root.querySelector(selector);
    this.canvases = Object.fromEntries(
      ["picture", "rows", "states"].map((name) => [name, this.find(`.${name} canvas`)]));
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.at = null; // the timestep that is shown; null: the last
    this.listen();
  }

  dispose() {
    this.resizing.disconnect();
    this.stop();
    cancelAnimationFrame(this.frame);
  }

  listen() {
    this.find("button").addEventListener("click", () => this.toggle());
    this.find("input").addEventListener("input", (event) => this.goTo(Number(event.target.value)));
    for (const [name, canvas] of Object.entries(this.canvases)) {
      canvas.addEventListener("pointermove", (event) => this.point(name, event));
      canvas.addEventListener("pointerdown", (event) => this.point(name, event, true));
      canvas.addEventListener("pointerleave", (event) => {
        if (event.pointerType === "mouse") this.find(".tip").hidden = true; // a finger leaves at once
      });
    }
    this.resizing = new ResizeObserver(() => this.soon());
    this.resizing.observe(this.find(".stage"));
  }

  // ------------------------------------------------------------------ what there is to show

  // Something was drawn: find out once a frame what is to be shown.
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

  // Show a reading, or null; a new one is read row by row, once the pen has come to rest.
  present(state, shown) {
    const before = this.state;
    Object.assign(this, { state, shown });
    if (state === "drawing" || !shown) this.goTo(null);
    if (!shown || !LIFTED.has(state) || this.swept === sign(shown)) return;
    this.swept = sign(shown);
    this.find(".tip").hidden = true; // a finger left it there
    this.goTo(null);
    if (!this.still.matches) this.later = setTimeout(() => this.play(), before === undefined ? 0 : REST);
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
      const share = Math.max(0, now - begin) / SWEEP; // a frame's time may lie before `begin`
      const at = Math.floor(share * this.shown.time);
      if (at >= this.shown.time - 1) return void this.goTo(null); // the last row is the end
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
        const bar = document.createElement("div");
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
    this.drawAnswer(at, over);
  }

  // The readout at a timestep: how probable each class is, the best, and whether it is said
  readout(at) {
    const { names, threshold } = this.data;
    const row = this.shown.rows.subarray(at * names.length, (at + 1) * names.length);
    const best = row.indexOf(Math.max(...row));
    return { row, best, rejected: row[best] < threshold };
  }

  // The answer at a timestep, "?" if it is turned away, and whether it is not yet said for good
  answer(at, over) {
    const { best, rejected } = this.readout(at);
    const { decided } = this.shown;
    const settled = over || (decided !== null && at >= decided);
    const pale = this.state === "ghost" || this.state === "drawing" || !settled;
    return { name: over && rejected ? "?" : this.data.names[best], pale };
  }

  // How far down the board of `strokes` a timestep reads; null where that is no line across it
  lineOnBoard(at, strokes) {
    if (!this.data.lines || !strokes?.length) return null;
    const { scale, shift } = web.placement(strokes);
    return ((this.data.lines === "up" ? this.shown.time - 1 - at : at + 1) - shift[1]) / scale;
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
    if (this.data.path) return this.drawPath(paint, size, at);
    const image = cells({ values: picture, units: width, limit: 1 }, this.data.board_color, this.data.chalk, this.data.chalk);
    this.scaled(paint, size, image);
    this.shade(paint, size, (at + 1) / time, this.data.board_color);
  }

  // The pen path, in the colour of what the network would answer at each point
  drawPath(paint, size, at) {
    const { picture, decided } = this.shown;
    const { places, up } = pathIn(size, picture);
    paint.lineCap = "round";
    for (let t = 1; t < places.length; t++) {
      const read = t <= at;
      paint.strokeStyle = read && !up[t] ? this.data.path_colors[this.readout(t).best] : this.data.chalk;
      paint.globalAlpha = read ? 1 : 0.18;
      paint.lineWidth = read && !up[t] ? 2 + 4 * Math.max(...this.readout(t).row) : 1.5;
      paint.setLineDash(up[t] ? [2, 5] : []);
      paint.beginPath();
      paint.moveTo(...places[t - 1]);
      paint.lineTo(...places[t]);
      paint.stroke();
    }
    paint.globalAlpha = 1;
    paint.setLineDash([]);
    paint.strokeStyle = paint.fillStyle = this.data.chalk;
    dot(paint, places[0], 3);
    paint.fill();
    dot(paint, places[at], 5);
    paint.fill();
    if (decided === null || decided > at) return;
    paint.lineWidth = 2;
    dot(paint, places[decided], 8);
    paint.stroke();
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

const sign = ({ picture }) => `${picture.length} ${picture.reduce((sum, v, i) => sum + v * (i + 1), 0).toFixed(2)}`;

// An answer that is said for good clicks in.
function clickIn(place) {
  place.animate([{ transform: "scale(1.18)" }, { transform: "scale(1)" }], 220);
}

// Places of a pen path within a canvas, and whether the pen was up before each: its features are
// places relative to the first point, 0 at 1/2.
function pathIn(size, picture) {
  const points = Array.from({ length: picture.length / 5 }, (_, k) => [2 * picture[5 * k] - 1, 2 * picture[5 * k + 1] - 1]);
  const range = (axis) => [Math.min(...points.map((p) => p[axis])), Math.max(...points.map((p) => p[axis]))];
  const [[left, right], [top, bottom]] = [range(0), range(1)];
  const scale = (0.8 * Math.min(size.width, size.height)) / Math.max(right - left, bottom - top, 1e-6);
  const places = points.map(([x, y]) => [
    size.width / 2 + (x - (left + right) / 2) * scale, size.height / 2 + (y - (top + bottom) / 2) * scale,
  ]);
  return { places, up: points.map((_, k) => picture[5 * k + 4] > 0.5) };
}

function dot(paint, [x, y], radius) {
  paint.beginPath();
  paint.arc(x, y, radius, 0, 2 * Math.PI);
}
