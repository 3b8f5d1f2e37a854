"""The part Corrupt of the page Robustness: curves over the test pictures, of chosen models."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from rnndemo.data.corruptions import SEVERITIES
from rnndemo.data.corruptions.mnist_c import MNIST_C
from rnndemo.evaluation.corruption_curves import CLEAN, CorruptionScore, every_pair
from rnndemo.hardening.corrupted.jobs import CorruptionJobs, CorruptionRequest
from rnndemo.hardening.corrupted.measured import POINTS, ModelScore
from rnndemo.models.store import load_model
from rnndemo.storage.files import write_json
from rnndemo.storage.folders import HOME, owner_of
from rnndemo.ui.robustness.measuring import digest_of
from tests.app.test_robustness import charts, opened, said

MODEL, BESIDE = "digits-rnn", "digits-hard"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME, str(tmp_path))
    return tmp_path


def measured(home: Path, owner: str, number: int, request: CorruptionRequest, right: int) -> None:
    """Write a measurement that was stopped: all but the last figure of its last model."""
    folder = home / CorruptionJobs.kind / owner / f"{number:020x}"
    folder.mkdir(parents=True)
    write_json(folder / "asked.json", asdict(request))
    scores = [
        ModelScore(model, CorruptionScore(*pair, n=1000, right=right - 10 * pair[1], same=0))
        for model in request.models
        for pair in ((CLEAN, 0), *every_pair(request.kinds))
    ]
    write_json(folder / POINTS, [asdict(one) for one in scores[:-1]])


def test_what_was_measured_of_these_models_is_drawn(home: Path) -> None:
    app = opened(part="corrupt", model=MODEL)
    assert "corrupt_curves" not in charts(app)
    assert "not measured yet; press Measure" in said(app)
    (beside,) = app.multiselect
    assert beside.value == [BESIDE]
    assert MODEL not in beside.options
    owner = owner_of(app.session_state["visitor"])
    digests = tuple(digest_of(load_model(name)) for name in (MODEL, BESIDE))
    measured(home, owner, 1, CorruptionRequest(digests, ("fog",), made=1.0), 970)
    measured(home, owner, 2, CorruptionRequest(("0" * 64,), ("fog",), made=2.0), 100)
    app.run()
    points = 2 * (1 + len(SEVERITIES))
    assert f"measured so far: {points - 1} of {points}; they are kept" in said(app)
    name = charts(app)["corrupt_curves"]
    assert "97.0 % right when clean, 92.0 % at severity 5" in name
    assert "97.0 % right when clean, 93.0 % at severity 4" in name  # the last is missing
    assert not app.button(key="corrupt_go_on").disabled
    assert not app.button(key="corrupt_start").disabled
    app.multiselect[0].set_value([]).run()
    assert "97.0 % right when clean, 93.0" not in charts(app)["corrupt_curves"]
    assert app.button(key="corrupt_start").disabled  # all is measured
    app.button_group(key="corrupt_curves_of").set_value("all").run()
    all_of_them = 1 + len(MNIST_C) * len(SEVERITIES)
    assert f"measured so far: {points // 2} of {all_of_them}; press Measure" in said(app)
    assert not app.exception
