"""The page Explore: questions, an own one in the link, and who may do what with a study."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.config import CELLS, RunConfig
from rnndemo.jobs.outcome import Outcome, write_outcome
from rnndemo.plots.training.curves import Line
from rnndemo.storage.files import write_json
from rnndemo.storage.folders import HOME, owner_of
from rnndemo.sweeps import estimate, space_file
from rnndemo.sweeps import study as one_study
from rnndemo.sweeps.questions import QUESTIONS
from rnndemo.sweeps.records import JOURNAL, read_about, write_about
from rnndemo.sweeps.server import OUTCOME
from rnndemo.sweeps.space import SearchSpace
from rnndemo.sweeps.studies import MAX_REQUESTED, Studies, Study
from rnndemo.ui.explore import trials as trials_part
from rnndemo.ui.shell import clock
from tests.patience import PATIENCE
from tests.seeded import SMALL, WIDE, seeded

MINE = "m" * 32  # what this visitor's cookie holds
OWN = {
    "base": {"data": {"train_size": 300}},
    "fields": {"model.hidden_size": {"choices": [4, 8]}, "training.lr": {"low": 1e-3, "high": 0.1}},
    "sampler": "random",
    "budget": {"trials": 7},
}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))


@pytest.fixture
def mine() -> Studies:
    return Studies(owner_of(MINE))


def open_explore(**query: str) -> AppTest:
    app = AppTest.from_file("../../app.py", default_timeout=PATIENCE)
    for name, value in {"lang": "en", **query}.items():
        app.query_params[name] = value
    app.session_state["visitor"] = MINE
    app.run()
    app.switch_page("pages/explore.py").run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*app.header, *app.markdown, *app.caption))


def warnings(app: AppTest) -> str:
    return "\n".join(one.value for one in app.warning).replace("\\", "")


def widget(app: AppTest, key: str) -> Any:
    return app.get_by_key(key)


def asked(app: AppTest) -> dict[str, Any]:
    """Return the search space that the link carries."""
    text = app.query_params["space"]
    return json.loads(text[0] if isinstance(text, list) else text)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_link_opens_a_ready_question_and_says_how_much_it_asks(name: str) -> None:
    app = open_explore(question=name)
    assert widget(app, "explore_question").value == name
    assert f"**{QUESTIONS[name].space.trials:,} trials**" in words(app)
    assert QUESTIONS[name].text in words(app)
    assert not widget(app, "sweep_start").disabled
    assert widget(app, "sweep_stop").disabled


def test_a_link_opens_an_own_question_and_carries_it_on() -> None:
    app = open_explore(space=json.dumps(OWN))
    assert widget(app, "explore_field_model_hidden_size_choices").value == "4, 8"
    assert "**7 trials**, chosen at random" in words(app)
    assert space_file.from_json(asked(app)) == space_file.from_json(OWN)


@pytest.mark.parametrize(("lang", "end"), [("en", "at random."), ("zh", "随机选取。")])
def test_what_a_question_takes_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, lang: str, end: str
) -> None:
    monkeypatch.setattr(estimate, "seconds", lambda *_: None)
    app = open_explore(lang=lang, space=json.dumps(OWN))
    (plan,) = [one.value for one in app.markdown if one.value.startswith("**7 ")]
    assert plan.endswith(end)


def test_lists_are_separated_by_semicolons() -> None:
    fields = {**OWN["fields"], "model.head_sizes": {"choices": [[64, 32], [128]]}}
    app = open_explore(space=json.dumps({**OWN, "fields": fields}))
    assert "commas" in widget(app, "explore_field_model_hidden_size_choices").placeholder
    lists = widget(app, "explore_field_model_head_sizes_choices")
    assert "semicolons" in lists.placeholder
    lists.set_value("64; 32,16").run()
    assert asked(app)["fields"]["model.head_sizes"] == {"choices": [["64"], ["32", "16"]]}


def test_fields_are_added_changed_and_left_out() -> None:
    app = open_explore(space=json.dumps(OWN))
    widget(app, "explore_field_add_2").set_value("model.cell").run()
    assert asked(app)["fields"]["model.cell"] == {"choices": list(CELLS)}
    widget(app, "explore_field_model_cell_kind").set_value("fixed").run()
    widget(app, "explore_field_model_cell_fixed").set_value("gru").run()
    widget(app, "explore_field_model_hidden_size_choices").set_value("8, 16, 32").run()
    widget(app, "explore_field_training_lr_log").set_value(True).run()
    widget(app, "explore_field_sampler").set_value("grid").run()
    widget(app, "explore_field_repeats").set_value(2).run()
    widget(app, "explore_field_trials").set_value(0).run()
    changed = asked(app)
    assert changed["fields"]["model.cell"] == {"fixed": "gru"}
    assert changed["fields"]["model.hidden_size"] == {"choices": [8, 16, 32]}
    assert changed["fields"]["training.lr"]["log"] is True
    assert "**30 trials**: 15 combinations, 2 seeds each" in words(app)
    widget(app, "explore_field_training_lr_away").click().run()
    assert "training.lr" not in asked(app)["fields"]
    with pytest.raises(KeyError):  # its row has gone at once, not with the next click
        widget(app, "explore_field_training_lr_away")
    assert "**6 trials**: 3 combinations, 2 seeds each" in words(app)


def test_what_cannot_be_asked_is_said_and_not_started() -> None:
    app = open_explore(space=json.dumps(OWN))
    widget(app, "explore_field_model_hidden_size_choices").set_value("8, many").run()
    assert "“Hidden size” = 'many'" in warnings(app)
    assert widget(app, "sweep_start").disabled
    widget(app, "explore_field_model_hidden_size_choices").set_value("8, 9").run()
    assert not widget(app, "sweep_start").disabled


def test_a_setting_that_is_added_again_begins_afresh() -> None:
    app = open_explore(space=json.dumps(OWN))
    widget(app, "explore_field_training_lr_low").set_value("0.05").run()
    widget(app, "explore_field_training_lr_away").click().run()
    widget(app, "explore_field_add_1").set_value("training.lr").run()
    assert widget(app, "explore_field_training_lr_kind").value == "choices"
    assert asked(app)["fields"]["training.lr"] == {"choices": [RunConfig().training.lr]}


def test_a_study_that_nothing_would_end_is_not_started() -> None:
    app = open_explore(space=json.dumps({**OWN, "budget": {}}))
    assert "Say when the study should end" in warnings(app)
    assert widget(app, "sweep_start").disabled
    widget(app, "explore_field_seconds").set_value(60).run()
    assert not widget(app, "sweep_start").disabled


def test_who_comes_back_sees_the_latest_study(mine: Studies) -> None:
    """It said "idle", and the study waited at the bottom of the page."""
    old, new = seeded(mine, 2), seeded(mine, 3, name="cd" * 10)
    write_json(new.folder / "about.json", {"title": "new", "question": "", "made": 2.0})
    app = open_explore()
    assert "done · trials ended: all 3" in words(app)
    assert app.query_params["study"] in (new.name, [new.name])
    assert "done · trials ended: all 2" in words(open_explore(study=old.name))
    widget(app, "explore_question").set_value("scan").run()
    assert "idle · " in words(app)  # another question has no answer yet


def test_the_answer_says_what_settings_do_and_offers_more_seeds(mine: Studies) -> None:
    app = open_explore(study=seeded(mine, 12, SMALL).name)
    assert "What the setting changes in the validation accuracy:" in words(app)
    assert "one seed only" in words(app)  # `seeded` gives all trials the same
    assert "What is the answer?" in words(app)
    assert not widget(app, "sweep_seeds").disabled
    assert "(3 trials)" in widget(app, "sweep_seeds").help


def test_more_seeds_is_a_button(mine: Studies, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Study, "add_seeds", lambda study: asked.append(study.name))
    study = seeded(mine, 6, SMALL)
    widget(open_explore(study=study.name), "sweep_seeds").click().run()
    assert asked == [study.name]


def test_while_trials_are_to_come_the_answer_is_so_far(mine: Studies) -> None:
    study = seeded(mine, 6, SMALL)
    write_outcome(study.folder / OUTCOME, Outcome("stopped"))
    said = words(open_explore(study=study.name))
    assert "What is the answer so far?" in said
    assert "So far: Hidden size" in said


def test_times_of_an_earlier_version_are_marked(mine: Studies) -> None:
    app = open_explore(study=seeded(mine, 6, SMALL).name)
    widget(app, "explore_metric").set_value("seconds").run()
    assert "by the clock" not in words(app)
    study = seeded(mine, 6, SMALL, name="cd" * 10)
    journal = study.folder / JOURNAL
    journal.write_text(re.sub(r'"by_clock": ?false, ?', "", journal.read_text()))
    app = open_explore(study=study.name)
    widget(app, "explore_metric").set_value("seconds").run()
    assert "by the clock" in words(app)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"question": "why"}, "There is no question 'why'"),
        ({"study": "../../etc"}, "The study of this link is not here"),
        ({"space": "{"}, "the link is incomplete"),
        ({"space": '{"fields": {"model.size": {"fixed": 1}}}'}, "model.size"),
        ({"space": '{"base": {"data": {"name": "folder:/etc"}}, "fields": {}}'}, "folder:/etc"),
    ],
)
def test_bad_links_fall_back_with_a_notice(query: dict[str, str], said: str) -> None:
    app = open_explore(**query)
    assert said in warnings(app)
    assert widget(app, "explore_question").value == "hidden-size-layers"
    assert "idle · " in words(app)


@pytest.mark.parametrize(("lang", "done"), [("en", "done"), ("zh", "已完成")])
def test_a_study_of_500_trials_is_read_once(
    mine: Studies, lang: str, done: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, read = [], one_study.look
    monkeypatch.setattr(one_study, "look", lambda *given: reads.append(given) or read(*given))
    study = seeded(mine, 500)
    app = open_explore(lang=lang)
    app.query_params["study"] = study.name
    for _ in range(3):
        app.run()
        assert not app.exception
        assert f"{done} · " in words(app)
    assert len(reads) == 1


def test_each_view_has_its_question_and_a_selected_trial_can_be_opened(
    mine: Studies,
) -> None:
    app = open_explore(study=seeded(mine, 12).name)
    for view in ("history", "front-time", "map"):
        widget(app, "explore_view").set_value(view).run()
        assert not app.exception
        assert widget(app, "explore_view").value == view
    assert "Choose a trial" in words(app)
    app.session_state["chosen_trials"] = (3,)
    app.run()
    assert "Trial 3: " in words(app)
    assert not widget(app, "explore_train").disabled
    assert widget(app, "explore_inside").disabled  # it has saved no network


def test_a_study_without_a_limit_of_trials_counts_those_that_ended(mine: Studies) -> None:
    study = seeded(mine, 2)
    write_about(study.folder, replace(read_about(study.folder), trials=MAX_REQUESTED))
    write_outcome(study.folder / OUTCOME, Outcome("stopped"))
    assert "stopped · trials ended: 2; you can continue" in words(open_explore(study=study.name))


@pytest.mark.parametrize(("space", "helped"), [(WIDE, False), (SMALL, True)])
def test_only_a_grid_is_extended_by_a_seed(mine: Studies, space: SearchSpace, helped: bool) -> None:
    study = seeded(mine, 2, space)
    app = open_explore(study=study.name)
    assert ("one more seed" in widget(app, f"sweep_more_{study.name}").help) == helped


def test_someone_elses_study_is_looked_at_and_not_changed() -> None:
    study = seeded(Studies(owner_of("another")), 12)
    app = open_explore(study=study.name)
    assert "someone else's study" in words(app)
    for key in ("sweep_stop", "sweep_continue"):
        assert widget(app, key).disabled
    assert not widget(app, "sweep_start").disabled
    for key in ("sweep_extend", "sweep_seeds"):
        with pytest.raises(KeyError):
            widget(app, key)


def test_a_damaged_study_is_reported_and_another_question_can_be_asked(mine: Studies) -> None:
    study = seeded(mine, 2)
    (study.folder / "sweep.json").write_text("{")
    app = open_explore(study=study.name)
    assert "cannot be read" in warnings(app)
    widget(app, "explore_question").set_value("scan").run()
    assert not app.exception
    assert not widget(app, "sweep_start").disabled


def test_numbers_typed_with_a_chinese_keyboard_are_understood() -> None:
    app = open_explore(space=json.dumps(OWN), lang="zh")
    widget(app, "explore_field_model_hidden_size_choices").set_value("８，１６、 32").run()
    widget(app, "explore_field_training_lr_low").set_value("０．００１").run()
    assert not app.warning
    fields = asked(app)["fields"]
    assert fields["model.hidden_size"] == {"choices": [8, 16, 32]}
    assert fields["training.lr"]["low"] == 0.001


@pytest.mark.parametrize("repeats", [1, 2])
def test_one_combination_is_no_combinations(repeats: int) -> None:
    fields = {"model.hidden_size": {"choices": [4]}}
    space = {**OWN, "sampler": "grid", "repeats": repeats, "fields": fields, "budget": {}}
    said = words(open_explore(space=json.dumps(space)))
    plan = {
        1: "**1 trial**: 1 combination, 1 seed each.",
        2: "**2 trials**: 1 combination, 2 seeds",
    }
    assert plan[repeats] in said


@pytest.mark.parametrize(
    ("trials", "plan"),
    [
        (2, "**2 trials**: the first 2 of 3 combinations, 1 seed each."),
        (6, "**6 trials**: 3 combinations, 2 seeds each."),
        (7, "**7 trials**: 3 combinations, 1 of them with 3 seeds, the others 2 seeds each."),
    ],
)
def test_grid_that_a_budget_ends_says_what_it_trains(trials: int, plan: str) -> None:
    fields = {"model.hidden_size": {"choices": [4, 8, 16]}}
    space = {**OWN, "sampler": "grid", "fields": fields, "budget": {"trials": trials}}
    assert plan in words(open_explore(space=json.dumps(space)))


def test_list_of_studies_says_names_status_and_time_as_people_read_them(
    mine: Studies, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = seeded(mine, 2)
    monkeypatch.setattr(clock, "_timezone", lambda: ZoneInfo("Asia/Shanghai"))
    app = open_explore(study=study.name, lang="zh")
    (row,) = app.get_by_key("explore_studies").dataframe[0].value.to_numpy().tolist()
    assert row[2] == "已完成"
    assert not any(study.name[:6] in str(cell) for cell in row)
    assert f"{row[4]:%z}" == "+0800"


def test_link_to_a_trial_is_a_link(mine: Studies) -> None:
    app = open_explore(study=seeded(mine, 12).name)
    app.session_state["chosen_trials"] = (3,)
    app.run()
    links = [link.proto for link in app.get("page_link")]
    assert any("model.hidden_size=" in link.query_string for link in links)


def test_what_a_trial_has_not_measured_is_a_dash(mine: Studies) -> None:
    app = open_explore(study=seeded(mine, 2, SMALL).name)
    assert {table.proto.placeholder for table in app.dataframe} == {"–"}


def test_button_that_leaves_a_setting_out_says_which() -> None:
    """A tooltip is no name: a screen reader said "close icon"."""
    away = widget(open_explore(space=json.dumps(OWN)), "explore_field_training_lr_away")
    assert away.label == "Leave out: Learning rate"


def test_on_a_phone_accuracy_stands_first(mine: Studies, monkeypatch: pytest.MonkeyPatch) -> None:
    study = seeded(mine, 3, SMALL)
    monkeypatch.setattr(trials_part, "narrow", lambda: True)
    tables = [one.proto for one in open_explore(study=study.name).dataframe]
    (order,) = [list(one.column_order) for one in tables if one.column_order]
    assert order[:3] == ["trial", "validation", "test"]


@pytest.mark.parametrize(("lang", "name"), [("en", "Hidden size"), ("zh", "隐藏层大小")])
def test_a_study_is_called_by_what_it_varies(mine: Studies, lang: str, name: str) -> None:
    app = open_explore(study=seeded(mine, 2, SMALL).name, lang=lang)
    (row,) = app.get_by_key("explore_studies").dataframe[0].value.to_numpy().tolist()
    assert row[1] == name


def test_points_that_are_far_apart_are_not_joined(
    mine: Studies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trials of an older version have two or three points."""
    study = seeded(mine, 2, SMALL)
    monkeypatch.setattr(
        trials_part, "learning_curve", lambda _folder: [(0, 0.1), (900, 0.8), (1000, 0.9)]
    )
    drawn: list[list[Line]] = []
    monkeypatch.setattr(trials_part, "curves", lambda lines, **_more: drawn.append(lines))
    open_explore(study=study.name)
    assert drawn[-1][0].y == [0.1, None, 0.8, 0.9]
