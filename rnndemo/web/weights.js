// Weights as they travel -> numbers

// Text in base64 -> bytes
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

// IEEE half precision in little-endian bytes -> Float32Array
export function halves(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.byteLength / 2);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < values.length; i++) {
    const half = view.getUint16(2 * i, true);
    const sign = (half & 0x8000) << 16, exponent = (half >> 10) & 31, fraction = half & 1023;
    if (exponent === 31) bits[i] = sign | 0x7f800000 | (fraction << 13);
    else if (exponent) bits[i] = sign | ((exponent + 112) << 23) | (fraction << 13);
    else values[i] = (sign ? -1 : 1) * fraction * 2 ** -24;
  }
  return values;
}
