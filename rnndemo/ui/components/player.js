// The player: shows one reading as it is after the row of the page's clock, without asking the server.
// Python sends every activation once (see player.py); what a person has chosen (layer, order, …) stays
// when new data comes.

const GUTTER = 24; // left of the heat map, for row numbers
const FULL = 32767; // the largest int16
const LINE = 9; // least height of a row of the map, in pixels, up to
const LEAST = 260; // so many pixels in all

export default mounted((parent) => new Player(parent));

class Player {
  constructor(parent) {
    this.root = parent.querySelector(".player");
    this.state = { row: null, layer: null, view: "hidden", order: "firing", unit: null };
    this.heat = null; // { image, ground }: the map at one pixel per value, and its colour of zero
    this.find = (selector) => this.root.querySelector(selector);
    this.canvases = Object.fromEntries(
      ["picture", "heat", "leader"].map((name) => [name, this.find(`.${name} canvas`)]),
    );
    this.listening = new AbortController();
    this.listen();
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(this.find(".stage"));
  }

  dispose() {
    this.listening.abort();
    this.resizing.disconnect();
  }

  // ------------------------------------------------------------------ new data

  update(data, send) {
    this.send = send;
    if (JSON.stringify(data.chosen) !== JSON.stringify(this.data?.chosen)) {
      this.chosen = data.chosen;
      this.state.layer = data.chosen.layer;
    }
    tell("chosen", (shared.chosen = this.chosen));
    this.data = data;
    this.last = data.probabilities.length - 1;
    this.state.row = Math.min(this.last, shared.moment?.row ?? this.last);
    if (!(this.state.layer < data.layers.length) || this.state.layer === null) {
      this.state.layer = data.layers.length - 1;
    }
    this.label();
    this.fillChoices();
    this.fillOdds();
    this.heat = null;
    this.resize();
  }

  label() {
    const text = this.data.text;
    const name = (selector, label) => this.find(selector).setAttribute("aria-label", label);
    name(".stage", text.keys);
    this.find(".keys").textContent = text.keys;
    nameImage(this.find(".picture canvas"), text.picture);
    nameImage(this.find(".leader canvas"), text.leader);
    for (const part of ["layer", "view", "order"]) {
      this.find(`.${part} span`).textContent = text[part];
      name(`.${part} select`, text[part]);
    }
    for (const part of ["picture", "leader", "odds"]) {
      this.find(`.${part} figcaption`).textContent = text[part];
    }
  }

  fillChoices() {
    const { data, state } = this;
    const layer = data.layers[state.layer];
    if (!layer.views.some((view) => view.name === state.view)) state.view = "hidden";
    options(this.find(".layer select"), data.layers.map((l, i) => [i, l.label]), state.layer);
    options(this.find(".view select"), layer.views.map((v) => [v.name, v.label]), state.view);
    options(this.find(".order select"), data.orders.map((o) => [o.name, o.label]), state.order);
    this.find(".field.layer").hidden = data.layers.length < 2;
  }

  fillOdds() {
    const list = this.find(".odds ol");
    if (list.children.length !== this.data.classes.length) {
      list.replaceChildren(
        ...this.data.classes.map(() => {
          const item = document.createElement("li");
          item.innerHTML =
            '<span class="digit"></span><span class="track"><i></i></span><span class="share"></span>';
          return item;
        }),
      );
    }
    list.classList.toggle("words", this.data.classes.some((name) => name.length > 2));
    this.data.classes.forEach((name, k) => {
      list.children[k].querySelector(".digit").textContent = name;
      list.children[k].querySelector("i").style.background = this.data.colors[k];
    });
  }

  // ------------------------------------------------------------------ what the person does

  listen() {
    hear("moment", ({ row }) => this.goTo(row), this.listening.signal);
    const choose = (part, read) =>
      this.find(`.${part} select`).addEventListener("change", (e) => {
        this.state[part] = read(e.target.value);
        this.fillChoices();
        this.heat = null;
        this.draw();
      });
    choose("layer", Number);
    choose("view", String);
    choose("order", String);
    const stage = this.find(".stage");
    stage.addEventListener("keydown", (e) => this.onKey(e));
    stage.addEventListener("focusout", () => this.showUnit(null));
    for (const [name, canvas] of Object.entries(this.canvases)) {
      canvas.addEventListener("pointerdown", (e) => this.onPoint(name, e, true));
      canvas.addEventListener("pointermove", (e) => this.onPoint(name, e, e.buttons === 1));
      canvas.addEventListener("pointerleave", () => (this.find(".tip").hidden = true));
    }
    this.canvases.heat.addEventListener("click", (e) => this.onPick(e));
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return; // the browser's own
    const { row, unit } = this.state;
    const goal = { ArrowDown: row + 1, ArrowUp: row - 1, Home: 0, End: this.last }[event.key];
    const next = { ArrowRight: (unit ?? -1) + 1, ArrowLeft: (unit ?? 1) - 1 }[event.key];
    if (goal !== undefined) tell("go", goal);
    else if (event.key === " ") tell("play");
    else if (event.key === "Enter" && unit !== null) this.choose(this.view().order[unit]);
    if (goal !== undefined || next !== undefined) this.showUnit(next ?? unit);
    else if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
  }

  // Say the value of one unit, by its place in the map, after the row that is shown
  showUnit(place) {
    const { units } = this.view();
    this.state.unit = place === null ? null : Math.max(0, Math.min(units - 1, place));
    const { clientWidth: width, clientHeight: height } = this.canvases.heat;
    const x = GUTTER + ((this.state.unit + 0.5) / units) * (width - GUTTER);
    const share = (this.state.row + 0.5) / (this.last + 1);
    const text = place === null ? "" : heatHit(this, x / width, share, x, width).text;
    const [stage, canvas] = [this.find(".stage"), this.canvases.heat].map((node) => node.getBoundingClientRect());
    this.find(".tip").setAttribute("aria-live", "polite");
    showTip(this.find(".tip"), this.find(".stage"), canvas.left - stage.left + x, canvas.top - stage.top + share * height, text);
  }

  onPoint(name, event, chosen) {
    const canvas = this.canvases[name];
    const box = canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const hit = { picture: this.data.stroke ? strokeHit : pictureHit, heat: heatHit, leader: leaderHit }[name](this, x / box.width, y / box.height, x, box.width);
    if (chosen && event.pointerType === "mouse" && hit.row !== null) tell("go", hit.row);
    const stage = this.find(".stage");
    const { left, top } = stage.getBoundingClientRect();
    this.find(".tip").setAttribute("aria-live", "off");
    showTip(this.find(".tip"), stage, event.clientX - left, event.clientY - top, hit.text);
  }

  // A click or a tap, but no scroll: that cell's row, and that unit for the rest of the page
  onPick(event) {
    const box = this.canvases.heat.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const { row, unit } = heatHit(this, x / box.width, y / box.height, x, box.width);
    tell("go", row);
    if (unit !== undefined) this.choose(unit);
  }

  choose(unit) {
    const { layer } = this.state;
    if (this.chosen.layer === layer && this.chosen.unit === unit) return;
    this.chosen = { layer, unit };
    this.draw();
    tell("chosen", (shared.chosen = this.chosen));
    this.send("chosen", { layer, unit });
  }

  goTo(row) {
    if (!this.data) return;
    this.state.row = Math.min(this.last, row);
    this.draw();
  }

  // ------------------------------------------------------------------ drawing

  resize() {
    if (!this.data) return;
    const width = this.find(".picture").clientWidth;
    if (!width) return;
    const { height: rows, width: columns } = this.data.picture;
    const height = Math.round((width * rows) / columns);
    const tall = Math.max(height, Math.min(LEAST, LINE * (this.last + 1))); // on a phone, the picture is small
    this.canvases.picture.style.height = `${height}px`;
    for (const name of ["heat", "leader"]) this.canvases[name].style.height = `${tall}px`;
    this.find(".odds ol").style.minHeight = `${height}px`;
    this.draw();
  }

  draw() {
    const { data, state } = this;
    const style = getComputedStyle(this.root);
    this.theme = {
      text: style.getPropertyValue("--st-text-color").trim(),
      ground: style.getPropertyValue("--st-background-color").trim(),
      accent: style.getPropertyValue("--st-primary-color").trim(),
    };
    this.drawPicture();
    this.drawHeat();
    this.drawLeader();
    const odds = data.probabilities[state.row];
    const best = argmax(odds);
    this.data.classes.forEach((_, k) => {
      const item = this.find(".odds ol").children[k];
      item.className = k === best ? "best" : "";
      item.querySelector("i").style.width = `${100 * odds[k]}%`;
      item.querySelector(".share").textContent = sureness(odds[k], data.text.percent);
    });
    this.root.dataset.row = state.row;
  }

  drawPicture() {
    if (this.data.stroke) return drawStroke(this);
    const { width, pixels, read_at: readAt } = this.data.picture;
    const { paint, size } = surface(this.canvases.picture);
    const side = size.width / width;
    for (let i = 0; i < pixels.length; i++) {
      const unread = readAt[i] > this.state.row;
      const share = unread ? 0.16 * pixels[i] : pixels[i];
      paint.fillStyle = mix(unread ? this.data.dim : this.data.board, this.data.chalk, share);
      paint.fillRect((i % width) * side, Math.floor(i / width) * side, side + 0.5, side + 0.5);
    }
    const now = readAt.map((t, i) => (t === this.state.row ? i : -1)).filter((i) => i >= 0);
    const columns = now.map((i) => i % width);
    const rows = now.map((i) => Math.floor(i / width));
    const x = Math.min(...columns);
    const y = Math.min(...rows);
    frame(paint, this.theme.accent, x * side, y * side,
      (Math.max(...columns) - x + 1) * side, (Math.max(...rows) - y + 1) * side, size);
  }

  view() {
    const layer = this.data.layers[this.state.layer];
    const view = layer.views.find((v) => v.name === this.state.view);
    view.values ??= unpack(view.data, Int16Array);
    const order = layer.orders[this.state.order];
    return { ...view, order };
  }

  drawHeat() {
    const view = this.view();
    const { text } = this.data;
    const { paint, size } = surface(this.canvases.heat);
    const { ground } = this.theme;
    if (this.heat?.ground !== ground) {
      const { negative, positive } = this.data;
      const high = view.signed ? positive : this.theme.text;
      this.heat = { image: cells({ ...view, limit: FULL }, ground, negative, high), ground };
    }
    const step = size.height / (this.last + 1);
    paint.imageSmoothingEnabled = false;
    paint.drawImage(this.heat.image, GUTTER, 0, size.width - GUTTER, size.height);
    paint.globalAlpha = 0.86;
    paint.fillStyle = ground;
    paint.fillRect(GUTTER, (this.state.row + 1) * step, size.width, size.height);
    paint.globalAlpha = 1;
    numbers(paint, this.theme, this.last, this.state.row, step);
    paint.strokeStyle = `color-mix(in srgb, ${this.theme.text} 25%, transparent)`;
    paint.strokeRect(GUTTER + 0.5, 0.5, size.width - GUTTER - 1, size.height - 1);
    frame(paint, this.theme.accent, GUTTER, this.state.row * step, size.width - GUTTER, step, size);
    this.drawChosen(paint, view, size);
    const caption = fill(text.heat, { view: view.label, units: view.units });
    this.find(".heat figcaption").textContent = caption;
    nameImage(this.canvases.heat, caption);
    this.drawLegend(view);
  }

  // The chosen unit's column, and a link to its equations
  drawChosen(paint, { order, units }, size) {
    const { layer, unit } = this.chosen;
    const link = this.find(".chosen");
    link.textContent = fill(this.data.text.chosen, { unit, layer: this.data.layers[layer].label });
    if (layer !== this.state.layer) return;
    const wide = (size.width - GUTTER) / units;
    const x = GUTTER + order.indexOf(unit) * wide;
    frame(paint, this.theme.text, x - 2, 0, wide + 4, size.height, size);
  }

  drawLegend(view) {
    const { text, negative, positive } = this.data;
    const low = view.signed ? -view.limit : 0;
    this.find(".legend .low").textContent = fill(view.signed ? text.negative : text.closed, { value: number(low) });
    this.find(".legend .high").textContent = fill(view.signed ? text.positive : text.open, { value: number(view.limit) });
    this.find(".legend i").style.background = view.signed
      ? `linear-gradient(90deg, ${negative}, ${this.theme.ground}, ${positive})`
      : `linear-gradient(90deg, ${this.theme.ground}, ${this.theme.text})`;
    this.find(".note").textContent = view.note;
  }

  drawLeader() {
    const { paint, size } = surface(this.canvases.leader);
    const step = size.height / (this.last + 1);
    let before = null;
    this.data.probabilities.forEach((odds, t) => {
      const best = argmax(odds);
      const read = t <= this.state.row;
      paint.globalAlpha = read ? 0.15 + 0.85 * odds[best] : 0.08;
      paint.fillStyle = this.data.colors[best];
      paint.fillRect(0, t * step, size.width - 16, Math.max(step - 1, 0.5));
      if (read && best !== before && step > 6) {
        paint.globalAlpha = 1;
        paint.fillStyle = this.theme.text;
        paint.font = `650 ${Math.min(13, step + 2)}px ${getComputedStyle(this.root).fontFamily}`;
        paint.textBaseline = "middle";
        paint.textAlign = "right";
        paint.fillText(this.data.classes[best], size.width, (t + 0.5) * step);
      }
      before = best;
    });
    paint.globalAlpha = 1;
    frame(paint, this.theme.accent, 0, this.state.row * step, size.width - 16, step, size);
  }
}

// -------------------------------------------------------------------- what lies under the pointer

function pictureHit({ data }, u, v) {
  const { width, height, pixels, read_at: readAt } = data.picture;
  const column = index(u, width);
  const line = index(v, height);
  const at = line * width + column;
  return {
    row: readAt[at],
    text: fill(data.text.pixel_tip, { row: line, column, value: pixels[at].toFixed(3) }),
  };
}

function heatHit(player, u, v, x, width) {
  const view = player.view();
  const row = index(v, player.last + 1);
  if (x < GUTTER) return { row, text: "" };
  const place = index((x - GUTTER) / (width - GUTTER), view.units);
  const unit = view.order[place];
  const value = (view.values[row * view.units + unit] / FULL) * view.limit;
  return { row, unit, text: fill(player.data.text.unit_tip, { unit, row, value: number(value, 4) }) };
}

function leaderHit({ data, last }, u, v) {
  const row = index(v, last + 1);
  const best = argmax(data.probabilities[row]);
  const sure = sureness(data.probabilities[row][best], data.text.percent);
  const values = { row, label: data.classes[best], percent: sure };
  return { row, text: fill(data.text.leader_tip, values) };
}

// -------------------------------------------------------------------- small tools

const argmax = (values) => values.indexOf(Math.max(...values));

function options(select, pairs, chosen) {
  const wanted = JSON.stringify(pairs);
  if (select.dataset.pairs !== wanted) {
    select.dataset.pairs = wanted;
    select.replaceChildren(...pairs.map(([value, label]) => new Option(label, value)));
  }
  select.value = String(chosen);
}

function frame(paint, color, x, y, width, height, size) {
  paint.strokeStyle = color;
  paint.lineWidth = 2;
  const [left, top] = [Math.max(1, x), Math.max(1, y)];
  paint.strokeRect(left, top, Math.min(x + width, size.width - 1) - left, Math.min(y + height, size.height - 1) - top);
  paint.lineWidth = 1;
}

function numbers(paint, theme, last, row, step) {
  paint.textAlign = "right";
  paint.textBaseline = "middle";
  const every = Math.ceil((last + 1) / 28) * 5;
  for (let t = 0; t <= last; t++) {
    const now = t === row;
    if (!now && (t % every || Math.abs(t - row) * step < 12)) continue;
    paint.globalAlpha = now ? 1 : 0.65;
    paint.fillStyle = theme.text;
    paint.font = `${now ? 700 : 400} 11px sans-serif`;
    paint.fillText(String(t), GUTTER - 5, Math.max(6, Math.min((t + 0.5) * step, (last + 1) * step - 6)));
  }
  paint.globalAlpha = 1;
}

function mix(from, to, share) {
  const [a, b] = [rgb(from), rgb(to)];
  return `rgb(${a.map((v, i) => Math.round(v + (b[i] - v) * share)).join(",")})`;
}
