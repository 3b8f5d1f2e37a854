// W v + b in WebAssembly SIMD, for products.js. Four rows of W lie side by side: (rows / 4, inputs, 4).
// `rows` is a multiple of 4. Built by `BUILD` of rnndemo/web/__init__.py into products.wasm.

#include <wasm_simd128.h>

static v128_t add(v128_t sum, const float *weight, const float *v) {
  return wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_v128_load(weight), wasm_v128_load32_splat(v)));
}

__attribute__((export_name("product")))
void product(int rows, int inputs, const float *weight, const float *bias, const float *v, float *sums) {
  for (int row = 0; row < rows; row += 4) {
    v128_t a = wasm_v128_load(bias + row), b = wasm_f32x4_splat(0), c = b, d = b;
    int k = 0;
    for (; k + 4 <= inputs; k += 4, weight += 16) {  // four sums at once: none waits for another
      a = add(a, weight, v + k);
      b = add(b, weight + 4, v + k + 1);
      c = add(c, weight + 8, v + k + 2);
      d = add(d, weight + 12, v + k + 3);
    }
    for (; k < inputs; k++, weight += 4) a = add(a, weight, v + k);
    wasm_v128_store(sums + row, wasm_f32x4_add(wasm_f32x4_add(a, b), wasm_f32x4_add(c, d)));
  }
}
