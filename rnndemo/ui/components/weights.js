// The weights of a model, sent once a tab: 32 letters of its id, then half-precision numbers.

const ID = 32;

export default ({ data }) => {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const id = new TextDecoder().decode(bytes.subarray(0, ID));
  if (shared.weights.has(id)) return;
  shared.weights.set(id, web.halves(bytes.slice(ID)));
  tell("weights", id);
};
