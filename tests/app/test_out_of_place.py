"""The part Out of place: what is measured, said and shown, and a threshold that a model keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnndemo.data.load import load
from rnndemo.evaluation.roc import area
from rnndemo.hardening.out_of_place import ALL, separation
from rnndemo.models.store import load_folder, load_model
from rnndemo.reading.answers import answer
from rnndemo.storage.folders import HOME
from rnndemo.training.runs import Runs
from rnndemo.ui.shell import visitor
from tests.app.test_robustness import DIGIT, charts, found, image_on, opened, pages, said
from tests.finished import finished_run

CHARTS = {"place_histogram", "place_roc", "place_errors"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_shares_are_said_as_they_are_measured(language: str) -> None:
    app = found(opened(*DIGIT, part="unknown", lang=language))
    model = load_model("digits-lstm")
    known = separation(model, load("digits").validation)
    at = known.outcome(ALL, model.card.reject_threshold)
    mark = " %" if language == "en" else "%"
    assert charts(app).keys() >= CHARTS
    for share in (at.outside, at.inside):
        assert f"**{100 * share:.1f}{mark}**" in said(app)
    size = area(known.inside.scores, known.scores_of(ALL))
    assert f"{size:.3f}" in charts(app)["place_roc"]
    wanted = "out of distribution" if language == "en" else "分布外"
    assert any(wanted in one.value for one in app.caption)
    assert app.button(key="place_save").disabled  # it ships
    assert app.button(key="place_back").disabled
    shown = pages(app)
    app.slider(key="place_threshold_digits-lstm").set_value(100.0).run()
    assert f"**100.0{mark}**" in said(app)
    assert pages(app) != shown
    app.button(key="place_back").click().run()
    assert f"**{100 * at.outside:.1f}{mark}**" in said(app)
    assert not app.exception


def test_a_model_of_ones_own_keeps_the_threshold_and_draw_rejects_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))
    monkeypatch.setattr(visitor, "owner_of", lambda token: "a" * 20)
    run = finished_run(Runs("a" * 20), load("digits"), "mine")
    app = found(opened(*DIGIT, part="unknown", model=run.name))
    model = load_folder(run.folder)
    sure = answer(model, image_on(app)).probability
    assert sure > model.card.reject_threshold
    above = min(99.9, round(100 * sure + 1, 1))
    app.slider(key=f"place_threshold_{run.name}").set_value(above).run()
    assert "Keep it, and your model" in " ".join(one.value for one in app.caption)
    app.button(key="place_save").click().run()
    assert not app.exception
    assert load_folder(run.folder).card.reject_threshold == pytest.approx(above / 100)
    assert app.button(key="place_save").disabled
    assert not app.button(key="place_back").disabled  # to what calibration chose
    app.switch_page("pages/draw.py").run()
    assert "?" in [one.value for one in app.markdown]


def test_someone_elses_model_is_measured_by_kinds_and_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))
    run = finished_run(Runs("b" * 20), load("digits"), "theirs")
    app = found(opened(part="unknown", model=run.name))
    app.slider(key=f"place_threshold_{run.name}").set_value(50.0).run()
    assert app.button(key="place_save").disabled
    assert any("belongs to someone else" in one.value for one in app.caption)
    (kinds,) = [one for one in app.button_group if one.key.startswith("place_kind")]
    kinds.set_value("letters").run()
    known = separation(load_folder(run.folder), load("digits").validation)
    share = f"{100 * known.outcome('letters', 0.5).outside:.1f} %"
    assert f"That turns away **{share}** (" in said(app)
    assert f"{share} of letters" in charts(app)["place_roc"]
