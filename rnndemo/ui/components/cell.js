// One unit's equations with the numbers of the row on the page's clock (see cell.py). Products of
// weights and inputs are made here: their sums are the numbers that stand in the equations.

const SHOWN = 10; // terms of a sum, the biggest; the others are added up

export default mounted((parent) => new CellView(parent));

class CellView {
  constructor(parent) {
    this.root = parent.querySelector(".cell");
    this.find = (selector) => this.root.querySelector(selector);
    this.open = new Set(); // letters of the equations that are unfolded
    this.wiring = new Wiring(this.find(".wiring"), (letter) => this.toggle(letter));
    this.listening = new AbortController();
    hear("moment", () => this.data && this.draw(), this.listening.signal);
  }

  dispose() {
    this.listening.abort();
  }

  update(data) {
    const numbers = (packed) => packed && unpack(packed, Float32Array);
    this.data = data;
    this.x = numbers(data.x);
    this.h = numbers(data.h);
    this.table = data.table && unpack(data.table, Int32Array);
    this.values = Object.fromEntries(Object.entries(data.values).map(([k, v]) => [k, numbers(v)]));
    this.sums = data.equations.map(({ sums }) =>
      Object.entries(sums).map(([name, { x, h, bias }]) => ({ name, x: numbers(x), h: numbers(h), bias })),
    );
    this.find(".hint").textContent = data.text.hint;
    const words = { x: data.text.input, H: data.text.all, before: data.before };
    this.wiring.build(data.equations, this.values, words);
    this.find(".equations").replaceChildren(...data.equations.map((one, k) => this.equation(one, k)));
    this.draw();
  }

  // ------------------------------------------------------------------ what stands there

  equation({ letter, label, note }, k) {
    const unfolds = this.sums[k].length > 0;
    const box = element("div", "equation");
    box.dataset.letter = letter;
    const line = element(unfolds ? "button" : "div", "line");
    line.append(
      element("span", "mark"), element("span", "label", label), element("span", "symbols"),
      element("span", "numbers"), element("span", "bar", element("i")),
    );
    box.append(line);
    if (!unfolds) return box;
    line.type = "button";
    const more = element("div", "more", element("p", "note", note));
    more.append(...this.sums[k].map(() => element("div", "terms")));
    line.addEventListener("click", () => this.toggle(letter));
    box.append(more);
    return box;
  }

  toggle(letter) {
    if (!this.open.delete(letter)) this.open.add(letter);
    this.draw();
  }

  // ------------------------------------------------------------------ the numbers of a row

  draw() {
    const { data } = this;
    const last = this.values.h.length - 1;
    const row = Math.min(last, shared.moment?.row ?? last);
    this.root.dataset.row = row;
    this.find(".head").textContent = fill(data.text.head, { unit: data.unit, layer: data.layer, row });
    this.wiring.draw(row, data);
    data.equations.forEach((one, k) => this.drawEquation(one, k, row));
  }

  drawEquation({ letter, form, signed }, k, row) {
    const box = this.find(".equations").children[k];
    const terms = this.sums[k].map((sum) => this.terms(sum, row));
    const totals = Object.fromEntries(this.sums[k].map(({ name }, i) => [name, total(terms[i])]));
    const value = this.values[letter][row];
    const numberOf = (name) => (name in totals ? totals[name] : this.values[name][row]);
    box.querySelector(".symbols").replaceChildren(symbol(letter), " = ", ...inSymbols(form, this.data.before));
    box.querySelector(".numbers").replaceChildren(
      "= ", ...inNumbers(form, numberOf, totals), " = ", element("b", "", written(value)),
    );
    this.drawBar(box.querySelector(".line .bar"), value / this.wiring.limits[letter], signed);
    const line = box.querySelector("button.line");
    if (!line) return;
    const open = this.open.has(letter);
    line.setAttribute("aria-expanded", open);
    box.querySelector(".more").hidden = !open;
    if (open) terms.forEach((list, i) => this.drawTerms(box.querySelectorAll(".terms")[i], list, this.sums[k][i].name));
  }

  drawBar(bar, share, signed) {
    bar.classList.toggle("signed", signed);
    const size = Math.min(1, Math.abs(share)) * (signed ? 50 : 100);
    const start = !signed ? 0 : share < 0 ? 50 - size : 50;
    Object.assign(bar.querySelector("i").style, {
      left: `${start}%`, width: `${size}%`, background: share < 0 ? this.data.negative : this.data.positive,
    });
  }

  // Every term of a sum at a row: { name, weight, read, worth }
  terms({ x, h, bias }, row) {
    const { text } = this.data;
    const products = (weights, read, name) =>
      Array.from(weights ?? [], (weight, i) => {
        const one = read[row * weights.length + i];
        return { name: () => name(i), weight, read: one, worth: weight * one };
      });
    return [
      ...products(x, this.x, (i) => this.inputName(row, i)),
      ...products(h, this.h, (unit) => fill(text.before, { unit })),
      { name: () => text.bias, worth: bias },
    ];
  }

  inputName(row, i) {
    const { inputs, width } = this.data;
    const pixel = this.table?.[row * inputs.length + i];
    return fill(inputs[i], { row: Math.floor(pixel / width), column: pixel % width });
  }

  drawTerms(place, terms, name) {
    const sorted = [...terms].sort((one, other) => Math.abs(other.worth) - Math.abs(one.worth));
    const shown = sorted.slice(0, SHOWN);
    const rest = sorted.slice(SHOWN);
    const most = Math.abs(shown[0].worth) || 1;
    if (rest.length) {
      shown.push({ name: () => fill(this.data.text.rest, { number: rest.length }), worth: total(rest) });
    }
    const all = element("p", "total");
    all.append(symbol(name), ` = ${written(total(terms))}`);
    const list = element("ol", "");
    list.append(...shown.map((term) => this.term(term, most)));
    place.replaceChildren(all, list);
  }

  term({ name, weight, read, worth }, most) {
    const bar = element("span", "bar", element("i"));
    this.drawBar(bar, worth / most, true);
    const made = weight === undefined ? "" : `${written(weight)} · ${bracketed(read)} = `;
    const item = element("li", "");
    item.append(element("span", "name", name()), bar, element("span", "worth", made + written(worth)));
    return item;
  }
}

// -------------------------------------------------------------------- how equations are written

// Two digits after the point, three where the first two say little
const written = (value) => number(value, Math.abs(value) < 0.095 ? 3 : 2);
const total = (terms) => terms.reduce((sum, { worth }) => sum + worth, 0);
const bracketed = (value) => (written(value).startsWith("−") ? `(${written(value)})` : written(value));

function element(tag, name, content = "") {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(content);
  return node;
}

// The letter of a number: c0 is c before the row, s a sum, s_x the part of it that is read
function symbol(name, before = "") {
  const [, letter, below] = name.replace(/0$/, `_${before}`).match(/^([^_]*)_?(.*)$/);
  const shown = element("span", "");
  shown.append(letter === "s" ? "Σ" : letter, below && element("sub", "", below));
  return shown;
}

const pieces = (form) => form.split(/\{([\p{L}\w]+)\}/u); // text, name, text, name, …
const inSymbols = (form, before) => pieces(form).map((piece, i) => (i % 2 ? symbol(piece, before) : piece));

function inNumbers(form, numberOf, totals) {
  const parts = pieces(form);
  return parts.map((piece, i) => {
    if (i % 2 === 0) return piece;
    const factor = /[·+−] $/.test(parts[i - 1]) || parts[i + 1]?.startsWith(" ·");
    const value = numberOf(piece);
    return element("span", piece in totals ? "sum" : "", factor ? bracketed(value) : written(value));
  });
}
