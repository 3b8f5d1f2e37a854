"""The part Prune of the page Robustness: what goes, what is left, and how the rest answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnndemo.hardening.data import data_for
from rnndemo.hardening.pruning.jobs import PruningJobs, PruningRequest
from rnndemo.hardening.pruning.measured import POINTS, STEPS
from rnndemo.hardening.pruning.prune import without_units, without_weights
from rnndemo.hardening.pruning.weights import weights_left
from rnndemo.models.store import load_model
from rnndemo.storage.files import write_json
from rnndemo.storage.folders import HOME, owner_of
from rnndemo.ui.robustness.measuring import digest_of
from rnndemo.ui.shell.visitor import Runs
from tests.app.test_robustness import DIGIT, charts, opened, pages, said

MODEL = "digits-rnn"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME, str(tmp_path))
    return tmp_path


def test_a_drawing_is_read_without_half_of_the_units_and_the_rest_is_kept(home: Path) -> None:
    app = opened(*DIGIT, part="prune", model=MODEL)
    model = load_model(MODEL)
    half = without_units(model, data_for(model).validation, 0.5)
    small = half.model.network
    assert f"<td>{weights_left(small):,}</td>" in pages(app)
    assert f"<td>{model.card.parameters:,}</td>" in pages(app)
    size = model.config.model.hidden_size
    assert f"Of {size} units, {size - size // 2} are left" in charts(app)["prune_matrix"]
    (gone,) = app.dataframe
    assert list(gone.value["unit"]) == [one.unit for one in half.removed]
    assert any(f"--model {MODEL} --units 0.5" in one.value for one in app.code)
    app.button(key="prune_keep").click().run()
    assert not app.exception
    assert "Kept as “50 % fewer units\\: Simple RNN" in said(app)
    assert app.button(key="prune_keep").disabled
    (folder,) = home.glob("runs/*/*")
    (run,) = Runs(folder.parent.name).all()
    assert run.config.model.hidden_size == size - size // 2
    app.slider(key="prune_share").set_value(0).run()
    assert "Nothing is removed yet." in [one.value for one in app.caption]
    assert app.button(key="prune_keep").disabled
    assert "Kept as" not in said(app)


def test_weights_go_one_by_one_and_the_shape_stays() -> None:
    app = opened(*DIGIT, part="prune", model=MODEL)
    app.button_group(key="prune_kind").set_value("weights").run()
    app.slider(key="prune_share").set_value(90).run()
    model = load_model(MODEL)
    left = weights_left(without_weights(model, 0.9).model.network)
    assert f"<td>{left:,}</td>" in pages(app)
    size = model.config.model.hidden_size
    assert f"Of {size} units, {size} are left" in charts(app)["prune_matrix"]
    assert any(f"--model {MODEL} --weights 0.9" in one.value for one in app.code)
    assert not app.dataframe


def test_what_was_measured_of_this_model_is_drawn(home: Path) -> None:
    app = opened(part="prune", model=MODEL)
    assert "prune_shares" not in charts(app)
    assert "not measured yet" in said(app)
    owner = owner_of(app.session_state["visitor"])
    digest = digest_of(load_model(MODEL))
    for request, right in ((PruningRequest(digest, "units", "spread"), 970),
                           (PruningRequest("0" * 64, "weights"), 1)):  # fmt: skip
        folder = home / PruningJobs.kind / owner / f"{right:020x}"
        folder.mkdir(parents=True)
        write_json(folder / "asked.json", request.__dict__)
        points = [
            {"share": share, "right": right - 100 * k, "count": 1000, "parameters": 5}
            for k, share in enumerate(STEPS[: 3 if right > 1 else 1])
        ]
        write_json(folder / POINTS, points)
    app.run()
    assert "measured so far: 3 of 10; they are kept" in said(app)
    name = charts(app)["prune_shares"]
    assert "units, judged by variation: 97.0 % right as a whole, 77.0 % with 20 % removed" in name
    assert "single weights" not in name  # of another model
    assert not app.button(key="prune_go_on").disabled
