// The page of one network, which needs nothing but its own file: a board, the reading under the pen,
// and texts in every language. `given` is what rnndemo/export/page.py says of the network.

class OnePage extends ReadingView {
  constructor(given, weights) {
    super(document.querySelector(".reading"));
    this.given = given;
    this.reader = new web.Reader(given.manifest, weights);
    this.pad = new Pad(document.querySelector("#board"), given.board, () => this.inked());
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", () => this.dress());
    this.press("#undo", () => this.pad.undo());
    this.press("#clear", () => this.pad.clear());
    for (const code of Object.keys(given.languages)) {
      this.press(`#${code}`, () => this.speak(code));
    }
    const known = (tag) => Object.keys(given.languages).find((code) => tag.startsWith(code));
    this.speak(navigator.languages.map(known).find(Boolean) ?? Object.keys(given.languages)[0]);
  }

  press(button, act) {
    document.querySelector(button).addEventListener("click", act);
  }

  // ------------------------------------------------------------------ language and colours

  speak(code) {
    this.language = code;
    this.words = this.given.languages[code].words;
    document.documentElement.lang = this.given.languages[code].tag;
    document.title = this.words.title;
    for (const button of document.querySelectorAll("#languages button")) {
      button.setAttribute("aria-pressed", String(button.id === code));
    }
    for (const part of document.querySelectorAll("[data-language]")) {
      part.hidden = part.dataset.language !== code;
    }
    for (const part of document.querySelectorAll("[data-word]")) {
      part.textContent = this.words[part.dataset.word];
    }
    for (const part of document.querySelectorAll("[data-label]")) {
      part.setAttribute("aria-label", this.words[part.dataset.label]);
    }
    this.pad.canvas.setAttribute("aria-describedby", `keys-${code}`);
    this.dress();
  }

  dress() {
    const look = this.given.languages[this.language][this.dark.matches ? "dark" : "light"];
    this.data = { ...look, order: this.given.order };
    document.querySelector(".draw").classList.toggle("words", look.words);
    this.name();
    this.inked();
  }

  // ------------------------------------------------------------------ what there is to show

  look() {
    this.changed = false;
    const { drawn, way } = this.pad;
    const shown = drawn.length ? web.readingOf(this.reader, drawn) : null;
    this.present(shown ? (way ? "drawing" : "lifted") : "blank", shown);
    if (!way) document.querySelector("#spoken").textContent = shown ? this.reason() : "";
  }

  drawAnswer(at, over) {
    const { name, pale } = this.shown ? this.answer(at, over) : { name: "?", pale: true };
    const place = document.querySelector("#answer");
    const clicks = place.dataset.pale === "true" && !pale && !this.still.matches;
    place.textContent = name;
    place.dataset.pale = String(pale);
    if (clicks) clickIn(place);
    document.querySelector("#reason").textContent = this.told(at, over);
    this.pad.draw(this.shown && !over ? this.lineOnBoard(at, this.pad.drawn) : null);
  }

  // Beside the answer: what is to do, what it is so far, or in the end how sure it is
  told(at, over) {
    if (!this.shown) return this.words.hint;
    return over && this.state === "lifted" ? this.reason() : this.said(at, this.shown.time - 1);
  }

  reason() {
    const { row, best, rejected } = this.readout(this.shown.time - 1);
    return fill(rejected ? this.words.rejected : this.words.sure, {
      label: this.data.names[best], percent: sureness(row[best], this.data.text.percent), row: this.shown.decided,
    });
  }
}

const text = (id) => document.getElementById(id).textContent;
const page = new OnePage(JSON.parse(text("given")), web.halves(web.bytesOf(text("weights"))));
