// The film: one frame per training step, drawn in the browser (see film.py for what is sent).
// While training runs every update brings the newest frame; afterwards one update brings them all.

const DURATION = 8000; // milliseconds of a whole film
const [MIN_PAUSE, MAX_PAUSE] = [50, 500]; // milliseconds from frame to frame
const FULL = 127; // the largest int8

export default mounted((parent) => new Film(parent));

class Film {
  constructor(parent) {
    this.root = parent.querySelector(".film");
    this.find = (selector) => this.root.querySelector(selector);
    this.timer = null;
    this.at = null;
    this.find("button").addEventListener("click", () => this.toggle());
    this.find("input").addEventListener("input", (e) => this.show(Number(e.target.value)));
    const canvas = this.find("canvas");
    canvas.addEventListener("pointerdown", (e) => this.setHover(e));
    canvas.addEventListener("pointermove", (e) => this.setHover(e));
    canvas.addEventListener("pointerleave", () => this.leave());
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.find("canvas"));
  }

  dispose() {
    clearInterval(this.timer);
    this.resizing.disconnect();
  }

  update(data) {
    const other = !this.data || this.data.id !== data.id || this.data.live !== data.live;
    this.data = data;
    this.last = data.frames.length - 1;
    if (other) this.halt();
    if (other || data.live || this.at > this.last) this.at = this.last;
    this.label();
    this.draw();
    for (const name of ["button", "input"]) this.find(name).disabled = false; // they work now
    if (this.hover) this.showValue();
  }

  label() {
    const { data } = this;
    const { text } = data;
    const picture = this.find("img");
    if (picture.src !== data.picture) picture.src = data.picture;
    picture.alt = text.picture;
    this.find(".picture figcaption").textContent = text.picture;
    this.find(".map figcaption").textContent = fill(text.map, { units: data.units });
    this.find(".low").textContent = fill(text.negative, { value: "−1" });
    this.find(".high").textContent = fill(text.positive, { value: "1" });
    for (const part of ["button", "input"]) this.find(part).hidden = data.live || this.last < 1;
    this.find("input").setAttribute("aria-label", text.scrub);
    this.find("input").max = this.last;
  }

  // ------------------------------------------------------------------ what the person does

  toggle() {
    if (this.timer !== null) {
      this.halt();
      return this.draw();
    }
    if (this.at >= this.last) this.at = -1;
    const pause = Math.max(MIN_PAUSE, Math.min(MAX_PAUSE, DURATION / (this.last + 1)));
    this.timer = setInterval(() => this.next(), pause);
    this.next();
  }

  next() {
    this.at += 1;
    if (this.at >= this.last) this.halt();
    this.draw();
    if (this.hover) this.showValue();
  }

  halt() {
    clearInterval(this.timer);
    this.timer = null;
  }

  show(at) {
    this.halt();
    this.at = at;
    this.draw();
  }

  setHover(event) {
    const box = this.find("canvas").getBoundingClientRect();
    const stage = this.find(".stage").getBoundingClientRect();
    this.hover = {
      unit: index((event.clientX - box.left) / box.width, this.data.units),
      row: index((event.clientY - box.top) / box.height, this.data.time),
      x: event.clientX - stage.left,
      y: event.clientY - stage.top,
    };
    this.showValue();
  }

  leave() {
    this.hover = null;
    for (const part of this.root.querySelectorAll(".mark, .tip")) part.hidden = true;
  }

  showValue() {
    const { data, hover } = this;
    const value = this.values()[hover.row * data.units + hover.unit] / FULL;
    const row = data.timesteps[hover.row] ?? hover.row;
    const text = fill(data.text.tip, { ...hover, row, value: number(value) });
    showTip(this.find(".tip"), this.find(".stage"), hover.x, hover.y, text);
    for (const mark of this.root.querySelectorAll(".mark")) {
      mark.hidden = false;
      mark.style.top = `${(100 * hover.row) / data.time}%`;
      mark.style.height = `${100 / data.time}%`;
    }
  }

  // ------------------------------------------------------------------ drawing

  values() {
    const frame = this.data.frames[this.at];
    frame.decoded ??= unpack(frame.values, Int8Array);
    return frame.decoded;
  }

  draw() {
    const { data, root } = this;
    if (!data) return;
    const frame = data.frames[this.at];
    const caption = fill(data.text.caption, {
      ...frame, step: frame.step.toLocaleString("en"), percent: sureness(frame.odds, data.text.percent),
    });
    this.find(".caption b").textContent = caption;
    const loss = frame.loss === null ? "–" : frame.loss.toFixed(frame.loss < 0.1 ? 3 : 2);
    this.find(".caption span").textContent = `· ${fill(data.text.loss, { value: loss })}`;
    const scrub = this.find("input");
    scrub.value = this.at;
    scrub.setAttribute("aria-valuetext", caption);
    root.dataset.step = frame.step;
    root.dataset.playing = this.timer !== null;
    showPlayButton(this.find("button"), this.timer !== null, data.text);
    this.drawMap(caption);
  }

  drawMap(caption) {
    const { data } = this;
    const canvas = this.find("canvas");
    const ground = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim();
    this.find(".legend i").style.background =
      `linear-gradient(90deg, ${data.negative}, ${ground}, ${data.positive})`;
    nameImage(canvas, `${caption}. ${this.find(".map figcaption").textContent}`);
    if (!canvas.clientWidth || !canvas.clientHeight) return; // a hidden canvas has no size
    const { paint, size } = surface(canvas);
    paint.imageSmoothingEnabled = data.time > canvas.height || data.units > canvas.width;
    const image = cells({ ...data, values: this.values(), limit: FULL }, ground, data.negative, data.positive);
    paint.drawImage(image, 0, 0, size.width, size.height);
    paint.strokeStyle = getComputedStyle(this.root).getPropertyValue("--st-border-color").trim();
    paint.strokeRect(0.5, 0.5, size.width - 1, size.height - 1);
  }
}
