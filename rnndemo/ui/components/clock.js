// The clock of a page: it alone says which row is shown. Whatever shows a row hears its moments
// (`shared.moment`, event "moment"), and asks it to go to a row ("go") or to play or pause ("play").
// The server hears nothing of it.

const BASE_INTERVAL = 280; // milliseconds per row at normal speed
const SPEEDS = [0.5, 1, 2, 4];

export default mounted((parent) => new Clock(parent));

class Clock {
  constructor(parent) {
    this.root = parent.querySelector(".clock");
    this.find = (selector) => this.root.querySelector(selector);
    this.row = null;
    this.timer = null;
    this.find(".speed").append(...SPEEDS.map((speed) => new Option(`${speed}×`, speed)));
    this.find(".speed").value = 1;
    this.listening = new AbortController();
    const { signal } = this.listening;
    keepMomentInLink(signal);
    hear("go", (row) => this.goTo(row), signal);
    hear("play", () => this.toggle(), signal);
    this.find(".play").addEventListener("click", () => this.toggle());
    this.find(".scrub").addEventListener("input", (event) => this.goTo(Number(event.target.value)));
    this.find(".scrub").addEventListener("keydown", (event) => this.onKey(event));
    for (const button of this.root.querySelectorAll(".step")) {
      button.addEventListener("click", () => this.goTo(this.row + Number(button.dataset.step)));
    }
  }

  dispose() {
    this.halt();
    this.listening.abort();
    if (shared.moment === this.moment) shared.moment = null; // another may have come before this one goes
  }

  update(data) {
    const fresh = this.data?.id !== data.id;
    this.data = data;
    this.last = data.probabilities.length - 1;
    if (fresh) this.halt();
    if (fresh || this.row > this.last) this.row = Math.min(data.start ?? this.last, this.last);
    this.label();
    this.show();
    for (const name of [".play", ".scrub", ".speed"]) this.find(name).disabled = false; // it works now
  }

  label() {
    const { text, colors, probabilities } = this.data;
    const name = (selector, label) => this.find(selector).setAttribute("aria-label", label);
    this.root.setAttribute("aria-label", text.clock);
    name('[data-step="-1"]', text.back);
    name('[data-step="1"]', text.next);
    this.find('[data-step="-1"]').title = text.back;
    this.find('[data-step="1"]').title = text.next;
    name(".scrub", text.scrub);
    name(".speed", text.speed);
    this.find(".track i").style.background = guesses(probabilities, colors);
  }

  onKey(event) {
    if (event.key !== " ") return;
    event.preventDefault();
    this.toggle();
  }

  toggle() {
    if (this.timer !== null) return this.goTo(this.row);
    if (this.row >= this.last) this.row = -1;
    this.tick();
  }

  tick() {
    this.row += 1;
    const wait = BASE_INTERVAL / Number(this.find(".speed").value);
    this.timer = this.row < this.last ? setTimeout(() => this.tick(), wait) : null;
    this.show();
  }

  halt() {
    clearTimeout(this.timer);
    this.timer = null;
  }

  goTo(row) {
    this.halt();
    this.row = Math.max(0, Math.min(this.last, row));
    this.show();
  }

  show() {
    const { text, classes, probabilities } = this.data;
    const odds = probabilities[this.row];
    const best = odds.indexOf(Math.max(...odds));
    const said = fill(text.moment, {
      row: this.row, last: this.last, label: classes[best], percent: sureness(odds[best], text.percent),
    });
    const playing = this.timer !== null;
    this.find(".said").textContent = said;
    const scrub = this.find(".scrub");
    scrub.max = this.last;
    scrub.value = this.row;
    scrub.setAttribute("aria-valuetext", said);
    showPlayButton(this.find(".play"), playing, text);
    enable(this.find('[data-step="-1"]'), this.row > 0);
    enable(this.find('[data-step="1"]'), this.row < this.last);
    this.root.dataset.row = this.row;
    this.root.dataset.playing = playing;
    this.moment = shared.moment = { row: this.row, last: this.last, playing };
    tell("moment", shared.moment);
  }
}

// The best guess at each row as stripes of its colour, stronger where it is surer
function guesses(probabilities, colors) {
  const share = 100 / probabilities.length;
  const stripes = probabilities.map((odds, t) => {
    const most = Math.max(...odds);
    const strength = Math.round(15 + 85 * most);
    const color = `color-mix(in srgb, ${colors[odds.indexOf(most)]} ${strength}%, transparent)`;
    return `${color} ${t * share}% ${(t + 1) * share}%`;
  });
  return `linear-gradient(90deg, ${stripes.join(", ")})`;
}
