"""The page Explore: questions, an own one in the link, and who may do what with a study."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.jobs.outcome import Outcome, write_outcome
from rnndemo.storage.folders import HOME, owner_of
from rnndemo.sweeps import estimate, space_file
from rnndemo.sweeps import study as one_study
from rnndemo.sweeps.questions import QUESTIONS
from rnndemo.sweeps.records import read_about, write_about
from rnndemo.sweeps.server import OUTCOME
from rnndemo.sweeps.space import SearchSpace
from rnndemo.sweeps.studies import MAX_REQUESTED, Studies
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
    app = AppTest.from_file("../../app.py", default_timeout=60)
    for name, value in {"lang": "en", **query}.items():
        app.query_params[name] = value
    app.session_state["visitor"] = MINE
    app.run()
    app.switch_page("pages/explore.py").run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*app.markdown, *app.caption))


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
    assert asked(app)["fields"]["model.cell"] == {"choices": ["rnn", "lstm", "gru"]}
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
    assert "**6 trials**: 3 combinations, 2 seeds each" in words(app)


def test_what_cannot_be_asked_is_said_and_not_started() -> None:
    app = open_explore(space=json.dumps(OWN))
    widget(app, "explore_field_model_hidden_size_choices").set_value("8, many").run()
    assert "“Hidden size” = 'many'" in warnings(app)
    assert widget(app, "sweep_start").disabled
    widget(app, "explore_field_model_hidden_size_choices").set_value("8, 9").run()
    assert not widget(app, "sweep_start").disabled


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"question": "why"}, "There is no question 'why'"),
        ({"study": "../../etc"}, "There is no study"),
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


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_study_of_500_trials_is_read_once(
    mine: Studies, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, read = [], one_study.look
    monkeypatch.setattr(one_study, "look", lambda *given: reads.append(given) or read(*given))
    study = seeded(mine, 500)
    app = open_explore(lang=lang)
    app.query_params["study"] = study.name
    for _ in range(3):
        app.run()
        assert not app.exception
        assert "done · " in words(app)
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
    app = open_explore(study=seeded(mine, 2, space).name)
    assert ("one more seed" in widget(app, "sweep_more").help) == helped


def test_someone_elses_study_is_looked_at_and_not_changed() -> None:
    study = seeded(Studies(owner_of("another")), 12)
    app = open_explore(study=study.name)
    assert "someone else's study" in words(app)
    for key in ("sweep_stop", "sweep_continue"):
        assert widget(app, key).disabled
    assert not widget(app, "sweep_start").disabled
    with pytest.raises(KeyError):
        widget(app, "sweep_extend")


def test_a_damaged_study_is_reported_and_another_question_can_be_asked(mine: Studies) -> None:
    study = seeded(mine, 2)
    (study.folder / "sweep.json").write_text("{")
    app = open_explore(study=study.name)
    assert "cannot be read" in warnings(app)
    widget(app, "explore_question").set_value("scan").run()
    assert not app.exception
    assert not widget(app, "sweep_start").disabled
