"""A visitor's own network of two speeds, on every page that takes a drawing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.config import ModelConfig
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.export.formats import FORMATS
from rnndemo.models.store import load_model
from rnndemo.training.runs import Run, Runs
from tests.app.test_robustness import CHARTS, DIGIT, charts, found, opened, said
from tests.finished import TINY, finished_run
from tests.patience import PATIENCE

MODEL = ModelConfig(network="two-speed", hidden_size=8)


@pytest.fixture
def run(owner: str, digits: DataSet) -> Run:
    """A run of the session's visitor."""
    return finished_run(Runs(owner), digits, "two speeds", replace(TINY, model=MODEL))


def warned(app: AppTest) -> str:
    return " ".join(one.value for one in app.warning)


@pytest.mark.parametrize("part", ["attack", "corrupt", "certify", "unknown"])
def test_it_is_attacked_corrupted_certified_and_shown_what_it_does_not_know(
    run: Run, part: str
) -> None:
    app = found(opened(*DIGIT, part=part, model=run.name))
    assert CHARTS[part] in charts(app)
    assert not app.warning


def test_its_weights_are_pruned_but_its_units_are_not(run: Run) -> None:
    app = opened(*DIGIT, part="prune", model=run.name)
    assert "not alike, so that no hidden units can be removed" in warned(app)
    app.button_group(key="prune_kind").set_value("weights").run()
    assert not app.exception
    assert not app.warning
    assert CHARTS["prune"] in charts(app)
    units_apart = "Units of this layer do not read each other: there is no such matrix."
    layer = app.button_group(key="prune_layer_2_1")  # of the LRU, and of the LSTM on top
    assert units_apart in [one.value for one in app.caption]
    layer.set_value("1 0").run()
    assert not app.exception
    assert units_apart not in [one.value for one in app.caption]
    assert "prune_matrix" in charts(app)
    app.button(key="prune_keep").click().run()
    assert not app.exception
    assert "Kept as “50 % of weights zero" in said(app)


def test_it_joins_the_comparison_and_answers_its_drawing(run: Run) -> None:
    app = AppTest.from_file("../../app.py", default_timeout=PATIENCE)
    app.query_params["runs"] = run.name
    app.query_params["lang"] = "en"
    app.run()
    app.switch_page("pages/compare.py").run()
    assert not app.exception
    assert "two speeds" in app.dataframe[0].value["method"].iloc[-1]
    cards = [html.proto.body for html in app.get("html") if "peer-cards" in html.proto.body]
    assert "two speeds" in cards[0]


def test_it_leaves_as_onnx_and_the_other_formats_say_why_not(run: Run, digits: DataSet) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    model = load_model(str(run.folder))
    session = onnxruntime.InferenceSession(FORMATS["onnx"].content(model))
    images = (digits.test.images[:20].float() / 255).numpy()
    (odds,) = session.run(None, {"images": images})
    logits = model.network(digits.test.images[:20].float() / 255)
    expected = model.network.probabilities(logits, model.card.temperature)
    np.testing.assert_allclose(odds, expected.detach().numpy(), atol=1e-4)
    with pytest.raises(InputError, match="two speeds does not fit a short script"):
        FORMATS["safetensors"].content(model)
    assert not FORMATS["html"].fits(model)
    with pytest.raises(InputError, match="cannot answer in a browser alone"):
        FORMATS["html"].content(model)
