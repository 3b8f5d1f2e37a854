"""The page Train: one table of fields drives its controls, its link and the command line."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.jobs import cluster, job
from rnndemo.presets import LESSONS, PRESETS
from rnndemo.storage.files import write_json
from rnndemo.storage.folders import owner_of
from rnndemo.storage.names import ABOUT, EVENTS
from rnndemo.training.folder import make_run
from rnndemo.training.state import CLUSTER, RunState, write_state
from rnndemo.ui.server.front import COOKIE
from rnndemo.ui.train import experiment, live
from rnndemo.ui.train.controls import STEPS
from rnndemo.ui.train.experiment import DEFAULT, control_key
from tests.opened import open_train
from tests.runs import take_lock

VISITOR = "v" * 32
# those of scenes have their controls on the page Scenes
FIELDS = {
    path: (kind, field)
    for path, kind, field in codec.field_table()
    if not path.startswith("scenes.")
}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROWBYROW_HOME", str(tmp_path))


def config_in_link(app: AppTest) -> RunConfig:
    given = {path: app.query_params[path] for path in FIELDS if path in app.query_params}
    query = {path: v[0] if isinstance(v, list) else v for path, v in given.items()}
    config, problems = codec.from_query(query)
    assert not problems
    return config


def widget(app: AppTest, key: str) -> Any:
    return app.get_by_key(key)


def test_every_field_has_its_control() -> None:
    assert sorted(path for paths in STEPS.values() for path in paths) == sorted(FIELDS)


def another_value(path: str, config: RunConfig) -> Any:
    """Return a valid value that the field does not have yet."""
    kind, field = FIELDS[path]
    meta, value = field.metadata, codec.get_value(config, path)
    if path == "data.name":
        return "digits"
    if kind is bool:
        return not value
    if "options" in meta:
        return next(option for option in meta["options"] if option != value)
    return kind(meta["high"] if value != meta["high"] else meta["low"])


SINGLE = [path for path in FIELDS if not path.startswith("model.head_")]
ELSEWHERE = {"data.name"}  # the others are fetched over the network


@pytest.mark.parametrize("path", sorted(set(SINGLE) - ELSEWHERE))
def test_a_control_changes_its_field_in_the_link_and_nothing_else(path: str) -> None:
    app = open_train(lang="en", **{"model.cell": "rnn"})
    before = config_in_link(app)
    value = another_value(path, before)
    if path == "data.synthetic":
        value = 0.25
    found = widget(app, control_key(path))
    found.set_value(value).run()
    assert not app.exception
    assert config_in_link(app) == codec.set_value(before, path, value)


def test_output_layers_are_set_one_by_one() -> None:
    app = open_train(lang="en")
    widget(app, "train_model_head_sizes_count").set_value(2).run()
    widget(app, "train_model_head_sizes_0").set_value(32).run()
    widget(app, "train_model_head_activations_1").set_value("tanh").run()
    model = config_in_link(app).model
    assert (model.head_sizes, model.head_activations) == ((32, 64), ("relu", "tanh"))
    widget(app, "train_model_head_sizes_count").set_value(0).run()
    assert config_in_link(app).model.head_sizes == ()


@pytest.mark.parametrize("name", LESSONS)
def test_a_link_to_a_preset_shows_it_in_every_control(name: str) -> None:
    config = PRESETS[name]
    app = open_train(lang="en", **codec.to_query(config))
    assert config_in_link(app) == config
    for path in SINGLE:
        found = widget(app, control_key(path))
        shown = found.value[0] if isinstance(found.value, list) else found.value
        assert shown == codec.get_value(config, path), path


def test_choosing_a_preset_sets_the_controls_and_says_what_to_look_for() -> None:
    app = open_train(lang="en")
    assert config_in_link(app) == PRESETS[DEFAULT]
    widget(app, "train_preset").set_value("overfit").run()
    assert config_in_link(app) == PRESETS["overfit"]
    assert widget(app, control_key("data.train_size")).value == 200
    assert any("by heart" in text.value for text in app.markdown)


@pytest.mark.parametrize("order", [("best", "overfit"), ("overfit", "best")])
def test_presets_in_quick_succession_are_the_last_one(
    order: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser sends what it still shows together with the next click."""
    monkeypatch.setattr(experiment, "SETTLES", 60.0)
    app = open_train(lang="en")
    widget(app, "train_model_head_sizes_count").set_value(1).run()
    first = config_in_link(app)
    for name in order:
        widget(app, "train_preset").set_value(name)
        for path in ("data.train_size", "training.epochs", "model.hidden_size"):
            widget(app, control_key(path)).set_value(codec.get_value(first, path))
        widget(app, "train_model_head_sizes_count").set_value(1).run()
        assert not app.exception
        assert config_in_link(app) == PRESETS[name]
    for path in ("data.train_size", "training.epochs"):  # of the page as it was at the start
        widget(app, control_key(path)).set_value(codec.get_value(first, path))
    app.run()
    assert config_in_link(app) == PRESETS[order[-1]]


def test_what_controls_showed_before_a_preset_came_does_not_spoil_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A browser that has not shown the preset yet sends the old values with the next click."""
    monkeypatch.setattr(experiment, "SETTLES", 60.0)
    app = open_train(lang="en")
    widget(app, "train_model_head_sizes_count").set_value(1).run()
    before = config_in_link(app)
    widget(app, "train_preset").set_value("overfit").run()
    for path in ("data.train_size", "training.epochs", "training.schedule"):
        widget(app, control_key(path)).set_value(codec.get_value(before, path))
    widget(app, "train_model_head_sizes_count").set_value(1).run()
    assert config_in_link(app) == PRESETS["overfit"]
    assert widget(app, control_key("data.train_size")).value == 200
    assert widget(app, "train_model_head_sizes_count").value == 0
    monkeypatch.setattr(experiment, "SETTLES", 0.0)
    path = "training.epochs"
    widget(app, control_key(path)).set_value(codec.get_value(before, path)).run()
    assert codec.get_value(config_in_link(app), path) == codec.get_value(before, path)


@pytest.mark.parametrize(
    ("status", "wanted", "asked"),
    [("running", 0.2, [0.2]), ("running", 0.1, []), ("failed", 0.2, []), ("done", 0.2, [0.2])],
)
def test_only_another_rate_of_a_run_that_takes_it_is_a_request(
    status: str, wanted: float, asked: list[float]
) -> None:
    """A browser sends what the field shows also when it has just come, or the run has ended."""
    received: list[float] = []
    run = SimpleNamespace(state=RunState(status), ask=lambda kind, lr: received.append(lr))
    live._change_rate(run, 0.1, wanted)
    assert received == asked


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"model.hidden_size": "-3"}, "“Hidden size” = -3: a whole number from"),
        ({"data.name": "folder:/etc"}, "folder:/etc"),
        ({"run": "../../etc/passwd"}, "The run of this link is not here"),
    ],
)
def test_bad_links_fall_back_with_a_notice(query: dict[str, str], said: str) -> None:
    app = open_train(lang="en", **query)
    assert any(said in warning.value.replace("\\", "") for warning in app.warning)
    assert config_in_link(app).data.name == "digits"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_page_runs_before_anything_is_trained(lang: str) -> None:
    app = open_train(lang=lang)
    assert next(b for b in app.button if b.key == "train_start").disabled is False
    assert all(
        next(b for b in app.button if b.key == key).disabled
        for key in ("train_pause", "train_resume", "train_step", "train_stop")
    )
    assert any(text.value.startswith({"en": "idle", "zh": "空闲"}[lang]) for text in app.markdown)


@pytest.mark.parametrize(
    ("state", "place", "room", "words"),
    [
        (RunState(status="done", where=CLUSTER), 0, None, "on the cluster"),
        (RunState(status="queued"), 2, 3, "and 3 on the cluster"),
        (RunState(status="queued"), 2, 0, "the cluster is full"),
        (RunState(status="queued"), 2, None, "place 2 in the queue; this machine trains up to"),
        (RunState(status="queued"), 0, 3, "it is about to start"),
    ],
)
def test_status_says_where_a_run_is_trained_or_could_be(
    state: RunState,
    place: int,
    room: int | None,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(job, "place_of_run", lambda *_: place)
    monkeypatch.setenv(cluster.SCHEDULER, "tcp://10.0.0.5:8786")
    folder = tmp_path / "runs" / owner_of("someone") / ("0" * 20)
    make_run(folder, PRESETS["fast"])
    write_state(folder, state)
    if room is not None:
        cluster.write_room(room)
    lock = take_lock(folder)
    app = open_train(lang="en", run=folder.name)
    os.close(lock)
    shown = [one.value for one in app.markdown if one.value.startswith(f"{state.status} · ")]
    assert len(shown) == 1
    assert words in shown[0]
    assert ("cluster" in shown[0]) == ("cluster" in words)


# --- runs that have ended ---------------------------------------------------------------------


@pytest.fixture
def ended(tmp_path: Path) -> Path:
    """A visitor's run that the time limit ended, without title; an older one is done."""
    for name, made, step in (("0" * 20, 1.8e9, 237), ("1" * 20, 1.7e9, 2580)):
        folder = tmp_path / "runs" / owner_of(VISITOR) / name
        make_run(folder, PRESETS["best"])
        about = {"title": "" if step == 237 else "the older", "notes": "", "made": made}
        write_json(folder / ABOUT, about)
        write_state(folder, RunState("done", step=step, steps=2580, test_accuracy=0.98))
    return tmp_path / "runs" / owner_of(VISITOR) / ("0" * 20)


def come_back(monkeypatch: pytest.MonkeyPatch, lang: str = "en", **query: str) -> AppTest:
    """Open Train as the visitor, in a browser in Shanghai, in a new session."""
    monkeypatch.setattr(ContextProxy, "cookies", {COOKIE: VISITOR})
    monkeypatch.setattr(ContextProxy, "timezone", "Asia/Shanghai")
    return open_train(lang=lang, **query)


def test_who_comes_back_sees_the_newest_run_and_how_it_ended(
    ended: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = come_back(monkeypatch)
    assert app.query_params["run"] == ended.name
    assert config_in_link(app) == PRESETS["best"]
    said = next(one.value for one in app.markdown if one.value.startswith("done · "))
    assert "the time limit ended it after step 237 of 2,580" in said


def test_lines_of_a_record_that_cannot_be_read_are_counted_on_the_page(
    ended: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "Lines of this run's record that cannot be read, and are left out here: {}."
    app = come_back(monkeypatch)
    assert not [one for one in app.caption if one.value.startswith(said[:30])]
    with (ended / EVENTS).open("a") as events:
        events.write('{"kind": "lr", "step": "x"}\nno event\n')
    app = come_back(monkeypatch)
    assert said.format(2) in [one.value for one in app.caption]


def test_run_that_still_trains_comes_before_a_newer_one(
    ended: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = ended.with_name("1" * 20)
    write_state(older, RunState("running", "training", step=5, steps=2580))
    lock = take_lock(older)
    app = come_back(monkeypatch)
    os.close(lock)
    assert app.query_params["run"] == older.name


@pytest.mark.parametrize(
    ("lang", "titles", "statuses"),
    [
        ("en", ["Run of 2027-01-15 16:00", "the older"], ["done (time limit)", "done"]),
        ("zh", ["2027-01-15 16:00 的训练", "the older"], ["已完成（到时限）", "已完成"]),
    ],
)
def test_list_of_runs_says_names_and_times_as_people_read_them(
    lang: str, titles: list[str], statuses: list[str], ended: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = come_back(monkeypatch, lang)
    table = app.dataframe[0].value
    assert table.iloc[:, 1].tolist() == titles
    assert table.iloc[:, 3].tolist() == statuses
    assert [f"{time:%d %H:%M%z}" for time in table[table.columns[-1]]] == [
        "15 16:00+0800",
        "15 06:13+0800",
    ]
    assert not any(ended.name[:6] in str(cell) for cell in table.to_numpy().flat)


def test_an_accuracy_that_is_not_measured_is_a_dash(
    ended: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streamlit would write "None"."""
    write_state(ended, RunState("failed"))
    assert come_back(monkeypatch).dataframe[0].proto.placeholder == "–"
