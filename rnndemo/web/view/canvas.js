// What all drawings share: values as cells of a canvas, colours, the tooltip, and the play button.

const ICONS = {
  play: '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 4.5v15l12.5-7.5z"/></svg>',
  pause: '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6.5 5h4v14h-4zM13.5 5h4v14h-4z"/></svg>',
};

const index = (share, count) => Math.max(0, Math.min(count - 1, Math.floor(share * count)));

// Any CSS colour as [r, g, b]
const rgbOf = new Map(); // colour -> [r, g, b]
function rgb(color) {
  if (!rgbOf.has(color)) {
    const dot = document.createElement("canvas");
    dot.width = dot.height = 1;
    const paint = dot.getContext("2d");
    paint.fillStyle = color;
    paint.fillRect(0, 0, 1, 1);
    rgbOf.set(color, [...paint.getImageData(0, 0, 1, 1).data.slice(0, 3)]);
  }
  return rgbOf.get(color);
}

// A canvas of one pixel per value, row by row: `ground` at 0, `low` at -limit, `high` at limit
function cells({ values, units, limit, order }, ground, low, high) {
  const rows = values.length / units;
  const canvas = Object.assign(document.createElement("canvas"), { width: units, height: rows });
  const paint = canvas.getContext("2d");
  const image = paint.createImageData(units, rows);
  const [zero, below, above] = [ground, low, high].map(rgb);
  for (let i = 0; i < values.length; i++) {
    const place = i % units;
    const share = values[order ? i - place + order[place] : i] / limit;
    const end = share < 0 ? below : above;
    for (let c = 0; c < 3; c++) {
      image.data[4 * i + c] = zero[c] + (end[c] - zero[c]) * Math.min(1, Math.abs(share));
    }
    image.data[4 * i + 3] = 255;
  }
  paint.putImageData(image, 0, 0);
  return canvas;
}

// A canvas cleared and scaled to the screen's pixels
function surface(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  canvas.width = Math.max(1, Math.round(size.width * ratio));
  canvas.height = Math.max(1, Math.round(size.height * ratio));
  const paint = canvas.getContext("2d");
  paint.scale(canvas.width / Math.max(1, size.width), canvas.height / Math.max(1, size.height));
  return { paint, size };
}

// Lines through the points [x0, y0, x1, y1, …] of each stroke
function traceStrokes(paint, strokes) {
  for (const stroke of strokes) {
    paint.beginPath();
    for (let i = 0; i < stroke.length; i += 2) paint.lineTo(stroke[i], stroke[i + 1]);
    paint.stroke();
  }
}

// `x` and `y` are the pointer's place on the stage
function showTip(tip, stage, x, y, text) {
  tip.hidden = !text;
  if (!text) return;
  tip.textContent = text;
  tip.style.left = `${Math.max(0, Math.min(x + 14, stage.clientWidth - tip.offsetWidth))}px`;
  tip.style.top = `${Math.max(0, y - tip.offsetHeight - 11)}px`; // a long text has several lines
}

function showPlayButton(button, playing, text) {
  const action = playing ? "pause" : "play";
  if (button.textContent === text[action]) return; // a press in progress would be lost
  button.innerHTML = ICONS[action];
  button.append(text[action]);
}
