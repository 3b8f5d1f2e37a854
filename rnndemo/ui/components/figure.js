// A Plotly figure, made once and redrawn in place whenever Python sends another (see figure.py).
// Zoom and hidden traces stay until the figure's `uirevision` changes. A page may hold a dozen, each of
// which takes a tenth of a second and more: those far out of view are drawn once they come near.

const NEAR = "50%"; // of the height of what is in view, above and below it
const REDRAW_TIMEOUT = 3000; // milliseconds that a redraw waits while a person points at a mark, or drags

let library; // one for all figures of the page

export default mounted((parent) => new Figure(parent));

class Figure {
  constructor(parent) {
    this.stage = parent.querySelector(".figure");
    this.broken = parent.querySelector(".broken");
    this.keys = parent.querySelector(".figure-keys");
    this.said = parent.querySelector(".figure-said");
    this.look = getComputedStyle(parent); // of the text around it
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(this.stage);
    // what the page scrolls in; outside of it, as in a dialog, the window
    const root = this.stage.closest('[data-testid="stMain"]');
    this.watching = new IntersectionObserver(
      (changes) => this.move(changes.at(-1).isIntersecting), { root, rootMargin: `${NEAR} 0px` },
    );
    this.watching.observe(this.stage);
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.stage.addEventListener("pointerdown", () => (this.pressed = true), { signal });
    for (const end of ["pointerup", "pointercancel"]) {
      window.addEventListener(end, () => this.lift(), { signal, capture: true });
    }
    window.addEventListener("beforeprint", () => this.move(true), { signal });
  }

  dispose() {
    this.resizing.disconnect();
    this.watching.disconnect();
    this.listening.abort();
    clearTimeout(this.later);
    this.gone = true;
    const purge = () => this.plotly?.purge(this.stage);
    this.stage.cleared = Promise.resolve(this.drawing).then(purge, purge); // Plotly may be at work still
  }

  update(data, send) {
    this.send = send;
    if (data.figure === this.figure) return; // the page ran for another reason
    this.figure = data.figure;
    this.data = data;
    this.content = JSON.parse(data.figure);
    this.stage.setAttribute("aria-label", data.alt);
    this.stage.setAttribute("aria-description", data.text.keys);
    this.keys.textContent = data.text.keys;
    this.stage.style.minHeight = `${this.content.layout.height}px`; // nothing jumps meanwhile
    this.stale = true;
    this.renew();
  }

  move(near) {
    this.near = near;
    this.renew();
  }

  renew() {
    if (!this.stale || !this.near) return;
    this.stale = false;
    library ??= load(this.data.library);
    Promise.all([library, this.stage.cleared]).then( // another figure may have stood on this stage
      ([plotly]) => this.show(plotly),
      () => this.fail(),
    );
  }

  // A redraw would move what a person is about to click; a click that begins before it and ends after
  // it would be lost.
  show(plotly) {
    if (this.later) return; // the newest figure is drawn then
    if (!this.held && !this.pressed) return this.draw(plotly);
    this.later = setTimeout(() => this.release(), REDRAW_TIMEOUT);
  }

  hold() {
    this.held = true;
  }

  lift() {
    if (!this.pressed) return;
    this.pressed = false;
    this.release();
  }

  // In a turn of its own: Plotly may be telling of an event, and forgets it in a redraw.
  release() {
    this.held = false;
    if (!this.later || this.pressed) return;
    clearTimeout(this.later);
    this.later = setTimeout(() => {
      this.later = undefined;
      this.draw(this.plotly);
    });
  }

  fail() {
    library = undefined; // the next figure tries again
    this.broken.textContent = this.data.text.broken;
    this.broken.hidden = false;
  }

  async draw(plotly) {
    if (this.gone) return;
    this.broken.hidden = true;
    const { data, layout } = this.content;
    data.forEach(keepTexts);
    layout.font = { ...layout.font, family: this.look.fontFamily };
    layout.modebar = { bgcolor: "rgba(0,0,0,0)", color: "#8a9097", activecolor: this.look.color };
    this.fluid ??= !layout.width;
    if (this.fluid) layout.width = this.stage.clientWidth;
    layout.selections = []; // Python highlights what is selected
    layout.selectionrevision = this.figure;
    const first = !this.plotly;
    this.plotly = plotly;
    this.drawing = plotly.react(this.stage, data, layout, this.config(layout));
    await this.drawing;
    for (const drawn of this.stage.querySelectorAll(".main-svg")) drawn.setAttribute("aria-hidden", "true");
    if (!first || this.gone) return;
    if (this.data.picks) this.listen();
    const choose = (points) => this.data.picks && this.pick(points);
    this.reader = new PointReader(this, choose, this.listening.signal);
    this.marks = new MomentMarks(this, this.listening.signal);
  }

  config(layout) {
    const { zoom, box, all } = this.data.text;
    const dictionary = { Zoom: zoom, "Box Select": box, "Reset axes": all };
    return {
      displaylogo: false,
      displayModeBar: layout.dragmode ? "hover" : false,
      doubleClick: layout.dragmode ? "reset+autosize" : false,
      modeBarButtons: [["select2d", "zoom2d", "resetScale2d"]],
      locale: "page",
      locales: { page: { dictionary, format: {} } },
    };
  }

  listen() {
    const pick = (event) => event && this.pick(event.points);
    this.stage.on("plotly_hover", () => this.hold());
    this.stage.on("plotly_unhover", () => this.release());
    this.stage.on("plotly_selecting", () => this.hold());
    this.stage.on("plotly_click", pick);
    this.stage.on("plotly_selected", pick);
    this.stage.on("plotly_deselect", () => this.sendPicked([]));
  }

  pick(points) {
    const custom = points.map((point) => point.customdata).filter((one) => one !== undefined);
    if (custom.length) this.sendPicked(custom);
  }

  // Plotly tells of a double click on a mark twice, as of nothing selected and of the mark: the last counts.
  sendPicked(points) {
    this.release(); // a selection shows at once
    if (!this.picked) queueMicrotask(() => this.sendLast());
    this.picked = points;
  }

  sendLast() {
    this.send("picked", { points: this.picked, at: performance.now() }); // the same again is another request
    this.picked = undefined;
  }

  fit() {
    const width = this.stage.clientWidth;
    if (this.plotly && this.fluid && width && width !== this.stage._fullLayout?.width) {
      this.drawing = this.plotly.relayout(this.stage, { width });
    }
  }
}

// Plotly removes the element of an empty text for good: what the mark is to say later would not be drawn.
function keepTexts(trace) {
  if (trace.mode?.includes("text") && Array.isArray(trace.text)) {
    trace.text = trace.text.map((text) => text || "\u200b");
  }
}

function load(address) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = served(address);
    script.onload = () => (window.Plotly ? done(window.Plotly) : failed());
    script.onerror = failed;
    document.head.append(script);
  });
}
