// The sweeps over a scene: fronts that cross the picture, the mask that settles behind them, and which
// sweep takes a pixel for what. All is computed here (`web.SweptScene`); the server hears nothing.

const PER_MOMENT = 200; // milliseconds, at normal speed
const LONGEST = 100; // milliseconds of one frame: a tab that was hidden goes on where it was
const SPEEDS = [0.5, 1, 2, 4];
const REACH = 12; // a click finds ink within as many pixels of the screen
const FAINT = 0.25; // of the ink below the mask
const LEAST = 0.35; // strength of the mask where the network is least sure
const SAID = 0.02; // a class is named that has at least this share of the mask
const ALONG = { down: 1 / 3, up: 2 / 3, right: 1 / 3, left: 2 / 3 }; // where a front has its arrow

export default mounted((parent) => new Sweeps(parent));

class Sweeps {
  constructor(parent) {
    this.root = parent.querySelector(".sweeps");
    this.find = (selector) => this.root.querySelector(selector);
    this.canvas = this.find("canvas");
    this.frame = null; // that is asked for, while it plays
    this.moment = 0;
    this.chosen = null; // number of a pixel in the picture
    this.find(".speed").append(...SPEEDS.map((speed) => new Option(`${speed}×`, speed)));
    this.find(".speed").value = 1;
    this.still = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.listening = new AbortController();
    this.listen(this.listening.signal);
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.canvas);
  }

  dispose() {
    this.halt();
    this.listening.abort();
    this.resizing.disconnect();
  }

  // ------------------------------------------------------------------ new data

  update(data) {
    const fresh = this.data?.scene?.id !== data.scene?.id || this.data?.head.id !== data.head.id;
    this.data = data;
    if (fresh) {
      this.halt();
      this.swept = null;
    }
    this.painted = null;
    this.label();
    this.read();
  }

  // Compute what the sweeps say, once the weights are there
  read() {
    const { head, scene } = this.data;
    if (!this.swept && scene && shared.weights.has(head.id)) {
      if (this.head?.id !== head.id) this.head = web.maskHead(head, shared.weights.get(head.id));
      const [picture, states] = [unpack(scene.picture, Uint8Array), unpack(scene.states, Int16Array)];
      this.swept = new web.SweptScene(this.head, { ...scene, picture, states });
      this.moment = this.swept.last;
      if (!this.swept.byPlace.has(this.chosen)) this.chosen = null;
    }
    const ready = Boolean(this.swept);
    for (const part of [".play", ".scrub", ".speed"]) this.find(part).disabled = !ready;
    this.find(".empty").hidden = Boolean(scene);
    this.show();
    this.judge();
  }

  label() {
    const { text, note, sweeps, classes, colors, board, chalk } = this.data;
    this.root.style.setProperty("--board", board);
    this.root.style.setProperty("--chalk", chalk);
    const name = (selector, label) => this.find(selector).setAttribute("aria-label", label);
    name(".stage", text.keys);
    name('[data-step="-1"]', text.back);
    name('[data-step="1"]', text.next);
    name(".scrub", text.scrub);
    name(".speed", text.speed);
    this.find('[data-step="-1"]').title = text.back;
    this.find('[data-step="1"]').title = text.next;
    this.find(".keys").textContent = text.keys;
    this.find(".empty").textContent = text.empty;
    this.find(".note").textContent = note;
    const { height, width } = this.data.scene ?? this.data.size;
    this.canvas.style.aspectRatio = `${width} / ${height}`;
    this.find(".legend").replaceChildren(...colors.map((color, k) => legendItem(color, classes[k])));
    const rows = [...sweeps, { name: text.all, arrow: "Σ", dashes: null }];
    this.find("ol").replaceChildren(...rows.map((row) => vote(row, text.decided)));
  }

  // ------------------------------------------------------------------ what the person does

  listen(signal) {
    const on = (selector, event, act) => this.find(selector).addEventListener(event, act, { signal });
    hear("weights", () => this.data && this.read(), signal);
    on(".play", "click", () => this.toggle());
    on(".scrub", "input", (event) => this.goTo(Number(event.target.value)));
    on(".scrub", "keydown", (event) => event.key === " " && this.pressed(event, () => this.toggle()));
    for (const button of this.root.querySelectorAll(".step")) {
      const way = Number(button.dataset.step); // from between two moments to the next one that way
      button.addEventListener("click", () => this.swept && this.goTo(way > 0 ? Math.floor(this.moment) + 1 : Math.ceil(this.moment) - 1), { signal });
    }
    on("canvas", "click", (event) => this.pick(event));
    on(".stage", "keydown", (event) => this.onKey(event));
  }

  pressed(event, act) {
    event.preventDefault();
    act();
  }

  onKey(event) {
    if (!this.swept || event.ctrlKey || event.metaKey || event.altKey) return; // the browser's own
    const step = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] }[event.key];
    if (step) this.pressed(event, () => this.choose(this.nextInk(...step)));
    else if (event.key === " ") this.pressed(event, () => this.toggle());
  }

  // The next pixel with ink from the chosen one, straight on; the chosen one where there is none
  nextInk(across, down) {
    const { width, byPlace, pixels } = this.swept;
    if (this.chosen === null || !byPlace.has(this.chosen)) return pixels[pixels.length >> 1]?.at ?? null;
    const height = this.data.scene.height;
    let [x, y] = [(this.chosen % width) + across, Math.floor(this.chosen / width) + down];
    for (; x >= 0 && x < width && y >= 0 && y < height; x += across, y += down) {
      if (byPlace.has(y * width + x)) return y * width + x;
    }
    return this.chosen;
  }

  // The pixel under the pointer, or ink beside it, which a finger seldom hits
  pick(event) {
    if (!this.swept) return;
    const { width } = this.swept;
    const box = this.canvas.getBoundingClientRect(), side = box.width / width;
    const [x, y] = [(event.clientX - box.left) / side, (event.clientY - box.top) / side];
    const row = index(y / this.data.scene.height, this.data.scene.height);
    let found = row * width + index(x / width, width), nearest = REACH / side;
    for (const { at } of this.swept.byPlace.has(found) ? [] : this.swept.pixels) {
      const distance = Math.hypot((at % width) + 0.5 - x, Math.floor(at / width) + 0.5 - y);
      if (distance < nearest) [found, nearest] = [at, distance];
    }
    this.choose(found);
  }

  choose(at) {
    this.chosen = at;
    this.draw();
    this.judge();
  }

  // ------------------------------------------------------------------ time

  toggle() {
    if (!this.swept) return;
    if (this.frame !== null) return this.goTo(Math.round(this.moment));
    if (this.moment >= this.swept.last) this.moment = 0;
    this.before = null;
    this.frame = requestAnimationFrame((now) => this.tick(now));
    this.show();
  }

  tick(now) {
    const passed = Math.min(LONGEST, now - (this.before ?? now));
    this.before = now;
    this.moment = Math.min(this.swept.last, this.moment + (passed / PER_MOMENT) * Number(this.find(".speed").value));
    this.frame = this.moment < this.swept.last ? requestAnimationFrame((next) => this.tick(next)) : null;
    this.show();
  }

  halt() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
  }

  goTo(moment) {
    this.halt();
    this.moment = Math.max(0, Math.min(this.swept.last, moment));
    this.show();
  }

  // ------------------------------------------------------------------ drawing

  show() {
    const { text } = this.data, last = this.swept?.last ?? 0, moment = this.swept?.whole(this.moment) ?? 0;
    const playing = this.frame !== null, said = this.swept ? fill(text.moment, { moment, last }) : "";
    showPlayButton(this.find(".play"), playing, text);
    enable(this.find('[data-step="-1"]'), this.swept && this.moment > 0);
    enable(this.find('[data-step="1"]'), this.swept && this.moment < last);
    this.find(".now").textContent = said;
    const scrub = this.find(".scrub");
    scrub.max = last || 1;
    scrub.value = moment;
    scrub.setAttribute("aria-valuetext", said);
    Object.assign(this.root.dataset, { moment, last, playing });
    this.draw();
  }

  draw() {
    if (!this.data || !this.canvas.clientWidth) return; // a hidden canvas has no size
    const { paint, size } = surface(this.canvas);
    if (!this.swept) return nameImage(this.canvas, this.data.scene ? "" : this.data.text.empty);
    const moment = this.still.matches ? this.swept.whole(this.moment) : this.moment;
    paint.imageSmoothingEnabled = false;
    paint.drawImage(this.mask(moment), 0, 0, size.width, size.height);
    this.drawFronts(paint, size, moment / this.swept.last);
    this.drawChosen(paint, size);
  }

  // A canvas of one pixel a pixel: the ink, and over it the mask; painted anew when a sweep has gone on
  mask(moment) {
    const { swept } = this;
    const state = swept.lines.map((_, d) => swept.read(d, moment)).join();
    if (this.painted?.state === state) return this.painted.image;
    const { width, height } = this.data.scene;
    const image = Object.assign(document.createElement("canvas"), { width, height });
    const dots = inkOf(swept.picture, width, rgb(this.data.chalk));
    const colors = this.data.colors.map(rgb), seen = new Map(); // class -> count, sum of its columns
    for (const { at, label, odds } of swept.mask(moment)) {
      if (label === web.NOTHING) continue;
      dot(dots, at, colors[label], 255 * Math.max(LEAST, odds));
      if (!seen.has(label)) seen.set(label, { sum: 0, count: 0 });
      seen.get(label).count++;
      seen.get(label).sum += at % width;
    }
    image.getContext("2d").putImageData(dots, 0, 0);
    this.painted = { state, image };
    this.say(moment, seen);
    return image;
  }

  // The mask in words: its classes, from left to right
  say(moment, seen) {
    const { text, classes } = this.data;
    const all = [...seen.values()].reduce((total, { count }) => total + count, 0);
    const named = [...seen].filter(([, { count }]) => count >= SAID * all);
    const middle = ([, { sum, count }]) => sum / count;
    const names = named.sort((a, b) => middle(a) - middle(b)).map(([label]) => classes[label]);
    const values = { moment: this.swept.whole(moment), last: this.swept.last, classes: names.join(text.list) || text.none };
    nameImage(this.canvas, fill(text.mask, values));
    [...this.find(".legend").children].forEach((item, k) => (item.style.opacity = seen.has(k) ? 1 : 0.65));
  }

  // The line that each sweep has come to, with an arrow that shows its way
  drawFronts(paint, { width, height }, share) {
    if (share >= 1) return;
    paint.strokeStyle = paint.fillStyle = this.data.chalk;
    paint.lineWidth = 2;
    this.data.head.directions.forEach((name, d) => {
      const vertical = name === "down" || name === "up", forward = name === "down" || name === "right";
      const [far, wide] = vertical ? [height, width] : [width, height];
      const at = Math.max(1, Math.min(far - 1, (forward ? share : 1 - share) * far)), way = forward ? 1 : -1;
      const point = (along, across) => (vertical ? [across, along] : [along, across]);
      paint.setLineDash(dashesOf(this.data.sweeps[d].dashes));
      paint.beginPath();
      paint.moveTo(...point(at, 0));
      paint.lineTo(...point(at, wide));
      paint.stroke();
      paint.beginPath();
      for (const [along, across] of [[0, -7], [9, 0], [0, 7]]) paint.lineTo(...point(at + way * along, ALONG[name] * wide + across));
      paint.fill();
    });
    paint.setLineDash([]);
  }

  drawChosen(paint, size) {
    if (this.chosen === null) return;
    const side = size.width / this.swept.width, room = Math.max(side, 8);
    const [x, y] = [((this.chosen % this.swept.width) + 0.5) * side, (Math.floor(this.chosen / this.swept.width) + 0.5) * side];
    for (const [color, wide] of [[this.data.board, 5], [this.data.chalk, 2]]) {
      paint.strokeStyle = color;
      paint.lineWidth = wide;
      paint.strokeRect(x - room / 2 - 1, y - room / 2 - 1, room + 2, room + 2);
    }
  }

  // ------------------------------------------------------------------ who says what of a pixel

  judge() {
    const { text } = this.data;
    const pixel = this.swept?.byPlace.get(this.chosen);
    const verdict = pixel ? this.swept.verdict(pixel) : null;
    const blank = this.swept && this.chosen !== null ? text.blank : this.swept ? text.hint : "";
    const said = this.find(".said"), now = verdict ? this.sentences(verdict) : blank;
    if (said.textContent !== now) said.textContent = now; // said aloud once
    const votes = verdict ? [...verdict.alone, verdict.answer] : [];
    [...this.find("ol").children].forEach((row, d) => this.fillVote(row, votes[d], verdict?.decided === d));
  }

  fillVote(row, said, decided) {
    const { classes, colors, text } = this.data;
    const [answer, bar] = [row.querySelector(".answer"), row.querySelector(".track i")];
    row.classList.toggle("decided", decided);
    row.querySelector(".mark").setAttribute("aria-hidden", !decided);
    answer.replaceChildren();
    bar.hidden = !said;
    if (!said) return;
    bar.style.width = `${100 * said.odds}%`;
    const label = Object.assign(document.createElement("b"), { textContent: classes[said.label] });
    answer.append(label, ` ${sureness(said.odds, text.percent)}`);
    bar.style.background = colors[said.label] ?? "color-mix(in srgb, var(--st-text-color) 35%, transparent)";
  }

  sentences({ answer, alone, without, decided }) {
    const { text, classes, sweeps } = this.data;
    const percent = (odds) => sureness(odds, text.percent);
    const others = alone.map((one, d) => ({ ...one, d })).filter(({ label }) => label !== answer.label);
    const first = fill(text.read, { label: classes[answer.label], percent: percent(answer.odds) });
    if (alone.length === 1) return fill(text.sentences, { first, second: text.only });
    const [only] = others;
    const second = !only ? text.same
      : others.length === 1 ? fill(text.other, { sweep: sweeps[only.d].name, label: classes[only.label] })
      : fill(text.others, { count: others.length, total: alone.length });
    const left = without[decided];
    const third = !left ? text.nobody
      : left.label !== answer.label ? fill(text.changes, { sweep: sweeps[decided].name, label: classes[left.label] })
      : fill(text.lowers, { sweep: sweeps[decided].name, percent: percent(left.of) });
    return [second, third].reduce((first, second) => fill(text.sentences, { first, second }), first);
  }
}

// -------------------------------------------------------------------- small tools

function dot({ data }, at, [red, green, blue], strength) {
  [data[4 * at], data[4 * at + 1], data[4 * at + 2], data[4 * at + 3]] = [red, green, blue, strength];
}

// The ink alone, faint
function inkOf(picture, width, color) {
  const dots = new ImageData(width, picture.length / width);
  for (let at = 0; at < picture.length; at++) if (picture[at]) dot(dots, at, color, FAINT * picture[at]);
  return dots;
}

const dashesOf = (text) => (text ? text.split(" ").map(Number) : []);

function legendItem(color, name) {
  const item = document.createElement("li"), swatch = document.createElement("i");
  swatch.style.background = color;
  item.append(swatch, name);
  return item;
}

// A row of the panel; `dashes` are those of the sweep's line, null for none
function vote({ name, arrow, dashes }, decided) {
  const row = document.createElement("li");
  row.innerHTML = '<svg class="line" viewBox="0 0 35 10" aria-hidden="true"></svg><span class="arrow" aria-hidden="true"></span>'
    + '<span class="name"></span><span class="answer"></span><span class="track"><i></i></span><span class="mark"></span>';
  if (dashes === null) row.classList.add("all");
  else row.querySelector("svg").innerHTML = `<line x1="0" x2="35" y1="5" y2="5" stroke-dasharray="${dashes}"/>`;
  row.querySelector(".arrow").textContent = arrow;
  row.querySelector(".name").textContent = name;
  row.querySelector(".mark").textContent = decided;
  return row;
}
