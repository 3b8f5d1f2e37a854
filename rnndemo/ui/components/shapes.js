// The shapes that one can draw: a bar shows how probable each is while the pen moves, and the one that
// the network would answer lights up. A reading on the same board says so, see reading.js.

export default mounted((parent) => new Shapes(parent.querySelector(".shapes")));

class Shapes {
  constructor(root) {
    this.root = root;
    this.listening = new AbortController();
    hear("readout", (found) => found.board === this.data?.board && this.light(found), this.listening.signal);
  }

  dispose() {
    this.listening.abort();
  }

  update(data) {
    const dressed = JSON.stringify(data);
    if (this.dressed === dressed) return; // what is lit stays lit
    this.dressed = dressed;
    this.data = data;
    this.root.setAttribute("aria-label", data.title);
    this.root.replaceChildren(...data.tiles.map(({ picture, name, effect, color }) => {
      const tile = document.createElement("li");
      tile.innerHTML = `${picture}<b></b><small></small><i></i>`;
      tile.style.setProperty("--color", color);
      tile.querySelector("b").textContent = name;
      tile.querySelector("small").textContent = effect;
      tile.querySelector("i").style.background = color;
      return tile;
    }));
    if (this.found) this.light(this.found);
  }

  light(found) {
    this.found = found;
    const { state, row, best, rejected } = found;
    this.root.dataset.sure = String(state !== "drawing" && state !== "ghost" && !rejected);
    [...this.root.children].forEach((tile, k) => {
      tile.classList.toggle("best", Boolean(row) && k === best);
      tile.querySelector("i").style.transform = `scaleX(${row ? row[k] : 0})`;
    });
  }
}
