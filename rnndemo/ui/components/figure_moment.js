// What a figure shows of the moment on the page's clock, as its `meta` asks (rnndemo/plots/look/moment.py):
// a line across each panel at that row, a ring round that point of a path, or a hand that reaches from the
// origin to it. It lies over the figure, because Plotly would take some hundredth of a second to draw it.

class MomentMarks {
  constructor(figure, signal) {
    this.stage = figure.stage;
    this.layer = figure.stage.parentElement.querySelector(".figure-moment");
    hear("moment", () => this.draw(), signal);
    this.stage.on("plotly_afterplot", () => this.draw()); // the axes may have moved
    this.draw();
  }

  draw() {
    const wanted = this.stage.layout?.meta?.moment;
    const drawn = wanted && shared.moment ? this.shapes(wanted, shared.moment.row) : [];
    drawn.forEach(([name, places], k) => {
      const shape = this.shape(k, name);
      for (const [attribute, value] of Object.entries(places)) shape.setAttribute(attribute, value);
    });
    for (const left of [...this.layer.children].slice(drawn.length)) left.remove();
  }

  shape(k, name) {
    const before = this.layer.children[k];
    if (before?.localName === name) return before;
    const shape = document.createElementNS("http://www.w3.org/2000/svg", name);
    if (before) before.replaceWith(shape);
    else this.layer.append(shape);
    return shape;
  }

  shapes({ axis, paths, hands, each = 1 }, row) {
    const layout = this.stage._fullLayout;
    const panels = layout._subplots.cartesian.map((name) => layout._plots[name]);
    if (axis) return panels.map((panel) => across(panel, axis, row)).filter(Boolean);
    const last = (row + 1) * each - 1; // of the points of this row
    if (hands) return hands.map((k) => hand(layout, this.stage._fullData[k], last)).filter(Boolean);
    return paths.map((k) => around(panels[0], this.stage._fullData[k], row)).filter(Boolean);
  }
}

// The line at a row of a panel; rows count along its x or its y
function across({ xaxis, yaxis }, axis, row) {
  const [along, other] = axis === "x" ? [xaxis, yaxis] : [yaxis, xaxis];
  const place = along.l2p(row);
  if (place < 0 || place > along._length) return null; // zoomed out of sight
  const at = along._offset + place;
  const [from, to] = [other._offset, other._offset + other._length];
  return ["line", axis === "x" ? { x1: at, x2: at, y1: from, y2: to } : { x1: from, x2: to, y1: at, y2: at }];
}

function around({ xaxis, yaxis }, path, row) {
  const [x, y] = [path?.x?.[row], path?.y?.[row]];
  if (!Number.isFinite(x) || !Number.isFinite(y)) return null;
  return ["circle", { cx: xaxis._offset + xaxis.l2p(x), cy: yaxis._offset + yaxis.l2p(y), r: 11 }];
}

function hand(layout, path, row) {
  const end = around(layout._plots[path.xaxis + path.yaxis], path, row);
  const start = around(layout._plots[path.xaxis + path.yaxis], { x: [0], y: [0] }, 0);
  return end && ["line", { x1: start[1].cx, y1: start[1].cy, x2: end[1].cx, y2: end[1].cy, class: "hand" }];
}
