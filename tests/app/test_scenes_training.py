"""The page Scenes trains a network; other pages say of its runs where they belong."""

from __future__ import annotations

import errno
from collections.abc import Iterator

import pytest
import torch
from streamlit.testing.v1 import AppTest

from rnndemo import codec
from rnndemo.models.scene_answers import Detections, SceneAnswer
from rnndemo.presets import PRESETS
from rnndemo.storage.log import EventLog
from rnndemo.storage.names import CONFIG, EVENTS
from rnndemo.training.runs import Run, Runs
from rnndemo.training.state import RunState, write_state
from rnndemo.training.tasks.scene_looks import compressed, packed
from rnndemo.ui.drawing.ink import Ink
from rnndemo.ui.scenes import training
from rnndemo.ui.train.experiment import SCENES
from tests.browser import ROOT
from tests.opened import open_train
from tests.patience import PATIENCE
from tests.sleepers import asleep

CONFIGURATION = PRESETS["scenes"]


@pytest.fixture
def mine(owner: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    """The runs of this session's visitor, whose workers do nothing."""
    with asleep(monkeypatch):
        yield Runs(owner)


def section(**query: str) -> AppTest:
    """Open the page Scenes."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    app.query_params["lang"] = "en"
    app.run()
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page("pages/scenes.py").run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(text.value for text in (*app.markdown, *app.caption, *app.warning))


def learnt(run: Run, steps: int = 3) -> None:
    """Let a run have learnt for some steps, and be done."""
    log = EventLog(run.folder / EVENTS)
    mask = torch.full((64, 96), -1)
    mask[20:40, 10:20] = 3
    boxes = Detections(torch.tensor([[10.0, 20, 20, 40]]), torch.tensor([3]), torch.tensor([0.9]))
    answer = SceneAnswer(mask, torch.ones(64, 96), boxes, (3,), 1.0)
    for step in range(1, steps + 1):
        said = packed(answer, tuple("0123456789"))
        seen = compressed((mask >= 0).to(torch.uint8) * 255)
        log.write("scene", step=step, loss=1.0, picture=seen, **said)
        log.write(
            "watch", step=step, validation_loss=1.0, validation_accuracy=0.5, pictures=60,
            mean_iou=0.1 * step, ap50=0.2, ap75=0.1,
        )  # fmt: skip
    log.close()
    write_state(run.folder, RunState("done", step=steps, steps=steps))


def test_a_run_starts_beside_its_peer_and_shows_what_it_has_learnt(mine: Runs) -> None:
    app = section()
    assert "no training yet" in texts(app)
    app.toggle(key=training.PEER).set_value(True).run()
    app.button(key="scene_train_start").click().run()
    assert not app.exception
    runs = {run.config.model.network: run for run in mine.all()}
    assert runs.keys() == {"renet", "cnn"}
    assert runs["renet"].about["beside"] == runs["cnn"].name
    learnt(runs["renet"])
    app.run()
    assert not app.exception
    assert "all 3 steps done" in texts(app)
    assert "After step 3 it reads:" in texts(app)
    app.slider(key="scene_train_when").set_value(0).run()
    assert "After step 1 it reads:" in texts(app)
    assert runs["renet"].name in app.query_params["run"]


def test_settings_that_only_suit_each_other_are_kept_and_what_cannot_be_is_said(
    mine: Runs,
) -> None:
    app = section()
    app.slider(key="scene_train_scenes_stride").set_value(3).run()
    assert app.selectbox(key="scene_train_scenes_window").value == 7
    app.get_by_key("scene_train_scenes_directions").set_value([]).run()
    assert "at least one direction" in texts(app)
    assert set(app.get_by_key("scene_train_scenes_directions").value) == {
        "down", "up", "right", "left",
    }  # fmt: skip
    app.button(key="scene_train_start").click().run()
    (run,) = mine.all()
    assert (run.config.scenes.window, run.config.scenes.stride) == (7, 3)


def test_a_damaged_or_deleted_run_is_said_and_another_can_be_started(mine: Runs) -> None:
    run = mine.start(CONFIGURATION)
    app = section(run=run.name)
    (run.folder / CONFIG).write_text("{")
    app.run()
    assert not app.exception
    mine.delete(run.name)
    app.run()
    assert not app.exception
    assert not app.button(key="scene_train_start").disabled
    assert "not here" in texts(section(run="f" * 12))


def test_train_lists_a_run_of_scenes_and_leads_to_its_page(mine: Runs) -> None:
    run = mine.start(CONFIGURATION, "of scenes")
    learnt(run)
    app = open_train(lang="en")
    assert "no training yet" in texts(app)  # it is not shown as one of digits
    listed = app.dataframe[0].value
    assert "scenes" in str(listed)
    for query in ({"run": run.name}, codec.to_query(CONFIGURATION)):
        app = open_train(lang="en", **query)
        assert "the page Scenes has it" in texts(app)
        assert app.session_state[SCENES]
        assert app.get_by_key("train_data_name").value == "digits"


@pytest.mark.parametrize("page", ["draw", "inside", "gestures", "compare", "explore", "robustness"])
def test_other_pages_leave_runs_of_scenes_out(page: str, mine: Runs) -> None:
    run = mine.start(CONFIGURATION, "of scenes")
    (run.folder / "model.safetensors").write_bytes(b"")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    app.query_params.update({"lang": "en", "model": run.name})
    app.run()
    assert "reads scenes, on the page Scenes" in texts(app)
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    offered = [name for box in app.selectbox for name in box.options]
    assert not any("of scenes" in name for name in offered)


@pytest.mark.parametrize("path", ["npz:/dev/zero", "folder:/etc"])
def test_a_link_makes_scenes_of_no_pictures_at_a_path(path: str, mine: Runs) -> None:
    app = section(**codec.to_query(codec.set_value(CONFIGURATION, "scenes.glyphs", path)))
    assert "There is no data set named" in texts(app)
    app.button(key="scene_train_start").click().run()
    assert not app.exception
    (run,) = mine.all()
    assert run.config == CONFIGURATION


def test_a_link_to_a_run_keeps_settings_that_were_changed_since(mine: Runs) -> None:
    run = mine.start(CONFIGURATION)
    app = section(run=run.name)
    assert not any(name.startswith("scenes.") for name in app.query_params)
    app.slider(key="scene_train_scenes_stride").set_value(3).run()
    query = {name: "".join(app.query_params[name]) for name in app.query_params}
    assert (query["run"], query["scenes.stride"]) == (run.name, "3")
    again = section(**query)
    assert again.slider(key="scene_train_scenes_stride").value == 3
    assert "".join(again.query_params["run"]) == run.name


def test_picture_that_cannot_be_kept_is_said_and_the_rest_is_drawn(
    mine: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    run = mine.start(CONFIGURATION)
    monkeypatch.setattr("rnndemo.ui.scenes.live.write_picture", full)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    stroke = {"type": "Path", "path": [["M", 60, 100], ["L", 170, 100]], "number": 1}
    app.session_state["ink_on_scene_canvas"] = Ink([stroke])
    app.query_params["lang"] = "en"
    app.run()
    app.query_params["run"] = run.name
    app.switch_page("pages/scenes.py").run()
    assert not app.exception
    assert "No space left on device" in texts(app)
    assert app.button(key="scene_train_pause")
