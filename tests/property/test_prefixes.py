"""What holds for every sequence, size and configuration."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnndemo.config import OUTPUT_ACTIVATIONS, POOLINGS, SCANS
from rnndemo.data.scans import fits, scan_table, to_images, to_sequence
from rnndemo.reading.traces import trace
from tests.small import KINDS, small_model

seeds = st.integers(0, 10_000)
models = st.builds(
    lambda kind, rest: small_model(**kind, **rest),
    st.sampled_from(KINDS),
    st.fixed_dictionaries(
        {
            "hidden_size": st.integers(1, 5),
            "num_layers": st.integers(1, 3),
            "bidirectional": st.booleans(),
            "pooling": st.sampled_from(POOLINGS),
            "output_activation": st.sampled_from(OUTPUT_ACTIVATIONS),
            "head_sizes": st.sampled_from([(), (3,)]),
            "seed": seeds,
        }
    ),
)
quickly = settings(deadline=None, max_examples=40)


def random(shape, seed):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).double()


@quickly
@given(models, st.integers(1, 9), st.integers(1, 3), seeds)
def test_readout_at_t_is_the_answer_to_the_sequence_cut_there(model, time, batch, seed):
    sequence = random((batch, time, model.features), seed)
    readouts = trace(model, sequence, None, gradients=False)["readout.logits"]
    for t in range(time):
        answer = model(sequence[:, : t + 1])
        np.testing.assert_allclose(readouts[:, t], answer, rtol=0, atol=1e-9)


@quickly
@given(models, st.integers(1, 6), st.integers(2, 4), seeds)
def test_batched_equals_one_by_one(model, time, batch, seed):
    sequence = random((batch, time, model.features), seed)
    together = trace(model, sequence, None)
    for row in range(batch):
        alone = trace(model, sequence[row : row + 1], None)
        for name in together:
            np.testing.assert_allclose(
                together[name][row : row + 1], alone[name], rtol=0, atol=1e-9, err_msg=name
            )


def test_prefixes_read_in_groups_equal_each_alone():
    model = small_model("pixels", side=9, bidirectional=True, num_layers=2)
    sequence = random((2, 81, 1), 0)  # more timesteps than one group holds
    readouts = model.readouts(sequence)
    for t in (0, 63, 64, 80):
        torch.testing.assert_close(readouts[:, t], model(sequence[:, : t + 1]), rtol=0, atol=1e-9)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(SCANS), st.integers(1, 5), st.integers(1, 5), st.integers(1, 3), seeds)
def test_every_scan_reads_each_pixel_once_and_finds_the_way_back(scan, height, width, batch, seed):
    side = int(scan.partition("-")[2] or 4) if scan.startswith("patches") else 1
    height, width = side * height, side * width  # patches need a size that they can cut up
    assert fits(scan, height, width)
    assert side == 1 or not (fits(scan, height + 1, width) or fits(scan, height, width + 1))
    images = random((batch, height, width), seed)
    sequence = to_sequence(images, scan)
    assert sequence.shape[1:] == scan_table(scan, height, width).shape
    assert sorted(scan_table(scan, height, width).flatten().tolist()) == list(range(height * width))
    assert torch.equal(to_images(sequence, scan, height, width), images)
