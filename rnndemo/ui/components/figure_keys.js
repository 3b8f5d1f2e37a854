// Points of a Plotly figure by keyboard: arrow keys go from one to the next, whose label shows as if
// it were pointed at, and is said; Enter chooses it.

const READABLE = ["scatter", "bar", "heatmap"]; // kinds of traces
const DRAWN = 100; // milliseconds after which a label stands
const MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

class PointReader {
  // `choose` gets the points that Enter chooses; `signal` ends the listening
  constructor(figure, choose, signal) {
    const { stage } = figure;
    Object.assign(this, { figure, stage, choose, row: 0, point: -1, byKey: false });
    stage.addEventListener("keydown", (event) => this.onKey(event), { signal });
    stage.addEventListener("pointermove", () => (this.byKey = false), { signal });
    stage.addEventListener("focusout", () => this.hide(), { signal });
  }

  onKey(event) {
    if (event.target !== this.stage || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.hide();
    else if (event.key === "Enter") this.choose(this.stage._hoverdata ?? []);
    else if (!MOVES[event.key] || !this.move(...MOVES[event.key])) return;
    event.preventDefault();
  }

  move(down, right) {
    const rows = rowsOf(this.stage);
    if (!rows.length) return false;
    this.row = Math.max(0, Math.min(rows.length - 1, this.row + down));
    const { curve, subplot, count, place } = rows[this.row];
    this.point = Math.max(0, Math.min(count - 1, this.point + right));
    this.byKey = true;
    window.Plotly.Fx.hover(this.stage, [{ curveNumber: curve, ...place(this.point) }], subplot);
    this.figure.hold();
    setTimeout(() => this.say(), DRAWN); // Plotly tells of a pointer alone
    return true;
  }

  say() {
    const labels = [...this.stage.querySelectorAll(".hoverlayer .hovertext")];
    if (this.byKey) this.figure.said.textContent = labels.map((label) => label.textContent).join(" ");
  }

  hide() {
    if (!this.byKey) return;
    this.byKey = false;
    this.figure.said.textContent = "";
    window.Plotly.Fx.unhover(this.stage);
    this.figure.release();
  }
}

// The points that have a label, in rows: each line is one, and each row of a heat map
function rowsOf({ _fullData, calcdata }) {
  return _fullData.flatMap((trace, curve) => {
    if (trace.visible !== true || trace.hoverinfo === "skip" || !READABLE.includes(trace.type)) return [];
    const subplot = `${trace.xaxis}${trace.yaxis}`;
    if (trace.type !== "heatmap") {
      const count = (trace.x ?? trace.y).length;
      return [{ curve, subplot, count, place: (k) => ({ pointNumber: k }) }];
    }
    const { x, y } = calcdata[curve][0]; // edges: Plotly finds a cell of a heat map by its place alone
    return Array.from(trace.z, (line, row) => {
      const place = (k) => ({ xval: middle(x, k), yval: middle(y, row) });
      return { curve, subplot, count: line.length, place };
    });
  });
}

const middle = (edges, k) => (edges[k] + edges[k + 1]) / 2;
