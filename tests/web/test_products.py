"""Products in WebAssembly are those in JavaScript, and their binary is that of the source."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from rnndemo.web import BUILD, HERE, WASM

BOTH = """(web, {weight, bias, vectors}) => {
    const matrix = {weight: Float32Array.from(weight), bias: Float32Array.from(bias)};
    return [web.plainProducts, web.simdProducts, web.fastProducts].map((products) => {
        const [, second] = products([matrix, matrix]);
        return vectors.map((v) => Array.from(second(Float32Array.from(v))));
    });
}"""


@pytest.mark.parametrize("rows", [1, 4, 6, 128])
@pytest.mark.parametrize("inputs", [1, 3, 4, 29, 128])
def test_products_are_those_of_numpy(run, rows: int, inputs: int) -> None:
    rng = np.random.default_rng(rows * 1000 + inputs)
    weight, bias, vectors = (
        rng.normal(0, 1, size).astype(np.float32) for size in ((rows, inputs), rows, (2, inputs))
    )
    given = {"weight": weight.ravel().tolist(), "bias": bias.tolist(), "vectors": vectors.tolist()}
    expected = vectors.astype(float) @ weight.T.astype(float) + bias
    for found in np.array(run(BOTH, given)):
        np.testing.assert_allclose(found[:, :rows], expected, atol=2e-5)
        assert not found[:, rows:].any()


def test_browser_without_webassembly_reads_in_javascript(run) -> None:
    code = """(web) => {
        const kept = WebAssembly.Module;
        WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError(); } };
        try {
            return web.fastProducts([{weight: [2, 3], bias: [1]}])[0]([1, 1])[0];
        } finally {
            WebAssembly.Module = kept;
        }
    }"""
    assert run(code) == 6


@pytest.mark.skipif(find_spec("ziglang") is None, reason="needs the compiler: pip install ziglang")
def test_binary_is_that_of_the_source(tmp_path: Path) -> None:
    out = tmp_path / WASM.name
    command = [sys.executable, "-m", "ziglang", *BUILD, "-o", str(out), str(HERE / "products.c")]
    subprocess.run(command, check=True, cwd=tmp_path)
    assert out.read_bytes() == WASM.read_bytes()
