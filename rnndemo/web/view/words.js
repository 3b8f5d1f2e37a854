// Texts and numbers as people read them

// A text from Python with its {names} replaced
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const number = (value, digits = 2) => value.toFixed(digits).replace(/^-/, "−").replace(/^−(0\.0+)$/, "$1");
// How sure a network is, as `sureness` of Python writes it; `form` is the language's "{number} %"
function sureness(probability, form) {
  if (probability === null) return "–";
  const bound = probability >= 0.999 ? "≥ 99.9" : probability < 0.001 ? "< 0.1" : "";
  return fill(form, { number: bound || (100 * probability).toFixed(1) }).replaceAll(" ", "\u00a0");
}
