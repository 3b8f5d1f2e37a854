// What the player draws for a network that reads the pen: the stroke, grown point by point. Colour is the
// best guess so far, width how sure it is; where the pen was lifted, the line is dashed.

const STROKE_MARGIN = 0.1; // of the side
const THIN = 2.5;
const THICK = 8; // width of the line at probabilities 0 and 1

function drawStroke({ data, state, theme, canvases }) {
  const { paint, size } = surface(canvases.picture);
  const { points, up } = data.stroke;
  const places = points.map((point) => strokePlace(point, size));
  paint.lineCap = "round";
  const piece = (t, color, width, dashes) => {
    paint.strokeStyle = color;
    paint.lineWidth = width;
    paint.setLineDash(dashes);
    paint.beginPath();
    paint.moveTo(...places[t - 1]);
    paint.lineTo(...places[t]);
    paint.stroke();
  };
  for (let t = 1; t <= state.row; t++) {
    const odds = data.probabilities[t];
    const sure = Math.max(...odds);
    if (up[t]) piece(t, theme.text, 1, [3, 4]);
    else piece(t, data.colors[odds.indexOf(sure)], THIN + (THICK - THIN) * sure, []);
  }
  paint.setLineDash([]);
  dot(paint, places[0], 4, theme.text);
  dot(paint, places[state.row], 5, theme.ground);
  paint.strokeStyle = theme.accent;
  paint.lineWidth = 2.5;
  paint.stroke(); // around the dot
}

function strokePlace([x, y], { width, height }) {
  const inner = 1 - 2 * STROKE_MARGIN;
  return [(STROKE_MARGIN + inner * x) * width, (STROKE_MARGIN + inner * y) * height];
}

function dot(paint, [x, y], radius, color) {
  paint.fillStyle = color;
  paint.beginPath();
  paint.arc(x, y, radius, 0, 2 * Math.PI);
  paint.fill();
}

// The point next to the pointer
function strokeHit(player, u, v) {
  const { points } = player.data.stroke;
  const far = points.map((point) => {
    const [x, y] = strokePlace(point, { width: 1, height: 1 });
    return Math.hypot(x - u, y - v);
  });
  const row = far.indexOf(Math.min(...far));
  return leaderHit(player, 0, (row + 0.5) / points.length);
}
