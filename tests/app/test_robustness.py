"""The page Robustness: every part, in both languages, with and without a drawing."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.comparison.attacked import TRIED, load_attacked
from rnndemo.data.corruptions import CORRUPTIONS
from rnndemo.data.drawn.glyphs import DIGITS, strokes_of
from rnndemo.hardening.smoothing import certify
from rnndemo.models.store import load_model
from rnndemo.plots.robustness.gallery import KEPT, TURNED
from rnndemo.reading.corrupted import answers_to_all
from rnndemo.storage.folders import ASSETS
from rnndemo.ui.drawing.ink import Ink
from rnndemo.ui.robustness.parts import PARTS
from rnndemo.ui.robustness.readings import attacked_drawing
from tests.browser import ROOT
from tests.patience import PATIENCE

DIGIT = [
    [["M" if k == 0 else "L", *(60 + 190 * point)] for k, point in enumerate(stroke)]
    for stroke in strokes_of(DIGITS["3"][0])
]  # fmt: skip
CHARTS = {
    "attack": "attack_rows",
    "corrupt": "corrupt_rows",
    "certify": "certify_axis",
    "unknown": "place_histogram",
    "prune": "prune_rows",
    "networks": "attacked_networks",
}


def opened(*paths: list[list[Any]], part: str = "attack", **query: str) -> AppTest:
    """Return a part of the page, run once, with strokes on its board."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    for name, value in {"lang": "en", **query}.items():
        app.query_params[name] = value
    objects = [{"type": "Path", "path": path, "number": k} for k, path in enumerate(paths, 1)]
    app.session_state["ink_on_draw_canvas"] = Ink(objects)
    app.session_state["robustness_part"] = part
    app.run()
    app.switch_page("pages/robustness.py").run()
    assert not app.exception
    return app


def charts(app: AppTest) -> dict[str, str]:
    """Return the names of the figures, by their keys."""
    figures = {}
    for one in app.get("bidi_component"):
        if one.proto.component_name == "rowbyrow_figure":
            key = re.sub(r"^.*[0-9a-f]{32}-", "", one.proto.id)
            figures[key] = json.loads(one.proto.json)[0]["alt"]
    return figures


def found(app: AppTest) -> AppTest:
    """Run the page until what is computed beside it is there."""
    end = time.monotonic() + PATIENCE
    while not charts(app) and not app.warning and time.monotonic() < end:
        app.run()
    assert not app.exception
    return app


def pages(app: AppTest) -> str:
    return " ".join(one.proto.body for one in app.get("html"))


def said(app: AppTest) -> str:
    return " ".join(one.value for one in app.markdown)


def image_on(app: AppTest, model: str = "digits-lstm") -> np.ndarray:
    image: np.ndarray = app.session_state["drawing"].seen(load_model(model).frame).image
    return image


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_part_shows_an_example_before_anything_is_drawn(language: str) -> None:
    for name, part in PARTS.items():
        app = found(opened(part=name, lang=language))
        question = app.header[0].value
        assert (question == part.question) == (language == "en")
        assert bool(re.search("[㐀-鿿]", question)) == (language == "zh")
        assert CHARTS[name] in charts(app)
        assert not app.warning
        told = " ".join(one.value for one in app.caption)
        assert ("a picture from the test set" in told) == (language == "en")


def test_a_drawn_digit_is_attacked_and_binarising_brings_it_back() -> None:
    app = opened(*DIGIT)
    found = attacked_drawing(
        load_model("digits-lstm"), image_on(app), "pgd", "linf", 0.1
    )  # fmt: skip
    assert found.before.label == "3"
    assert f"turns from **3** to **{found.after.label}**: it tips at row {found.tips}" in said(app)
    assert f"The answer tips at row {found.tips}." in charts(app)["attack_rows"]
    assert f"<b>row {found.tips}</b>" in pages(app)
    app.button_group(key="attack_defence").set_value("binarise").run()
    assert "It brings **3** back, and an attack that knows it does not get through" in said(app)
    assert any("hides gradients" in one.value for one in app.caption)
    app.slider(key="attack_epsilon_linf").set_value(0.0).run()
    assert "The answer stays **3**" in said(app)
    assert "nothing to bring back" in said(app)
    assert not app.exception


def test_one_row_is_attacked_beside_noise_in_that_row() -> None:
    app = opened(*DIGIT)
    for attack in ("row", "fgsm", "noise"):
        app.button_group(key="attack_kind").set_value(attack).run()
        for norm in ("l2", "linf"):
            app.button_group(key="attack_norm").set_value(norm).run()
            assert not app.exception
            assert ("noise in that row" in pages(app)) == (attack == "row")
            assert ("noise of the same size" in pages(app)) == (attack == "fgsm")
            assert ("attack_each_row" in charts(app)) == (attack == "row")


def test_settings_outlast_a_change_of_page() -> None:
    app = opened(*DIGIT)
    app.button_group(key="attack_norm").set_value("l2").run()
    app.slider(key="attack_epsilon_l2").set_value(2.5).run()
    app.button_group(key="attack_defence").set_value("denoise").run()
    app.switch_page("pages/draw.py").run()
    app.switch_page("pages/robustness.py").run()
    assert app.slider(key="attack_epsilon_l2").value == 2.5
    assert app.button_group(key="attack_defence").value == "denoise"


def test_all_ways_to_be_worse_are_marked_right_or_wrong() -> None:
    app = opened(*DIGIT, part="corrupt")
    app.slider(key="corrupt_severity").set_value(5).run()
    answers = answers_to_all(load_model("digits-lstm"), image_on(app), 5)
    right = sum(one.label == "3" for one in answers)
    shown = pages(app)
    assert (shown.count(f">{KEPT}<"), shown.count(f">{TURNED}<")) == (
        right, len(CORRUPTIONS) - right
    )  # fmt: skip
    assert f"{right} of {len(CORRUPTIONS)} are still read as **3**" in said(app)
    app.button_group(key="corrupt_family").set_value("further").run()
    app.selectbox(key="corrupt_kind_further").set_value("shuffled_rows").run()
    assert "Rows in the wrong order" in pages(app)
    assert not app.exception


def test_networks_are_compared_under_every_attack() -> None:
    app = opened(part="networks")
    found = load_attacked(ASSETS / "comparison")
    for attack in TRIED:
        app.button_group(key="networks_attack").set_value(attack).run()
        for size in found.epsilons:
            mean = found.share("lstm", attack, size)[0]
            assert f"With ε {size:g}, the LSTM stays right on {100 * mean:.1f}" in said(app)
    assert found.command in " ".join(one.value for one in app.code)
    assert not app.exception


def test_the_certificate_changes_with_the_noise_until_it_abstains() -> None:
    app = opened(*DIGIT, part="certify")
    model, image = load_model("digits-lstm"), image_on(app)
    for sigma in (0.25, 0.1):
        app.slider(key="certify_sigma").set_value(sigma).run()
        radius = certify(model, image, sigma, 1000).radius
        assert f"no change shorter than **{radius:.2f}**" in said(app)
        assert "99.9 % confidence" in said(app)
    app.slider(key="certify_sigma").set_value(1.0).run()
    assert "the smoothed network abstains" in said(app)
    assert "attack on the network itself" in charts(app)["certify_axis"]


def test_a_network_that_sees_the_picture_at_once_has_no_hidden_state() -> None:
    app = opened(*DIGIT, model="digits-cnn")
    for part in PARTS:
        app.button_group(key="robustness_part").set_value(part).run()
        if part == "prune":  # it has no units
            assert "no hidden units to remove" in app.warning[0].value
            app.button_group(key="prune_kind").set_value("weights").run()
        found(app)
        assert CHARTS[part] in charts(app)
        assert not app.warning
        at_once = any("sees the picture at once" in one.value for one in app.caption)
        assert at_once == (part in ("attack", "corrupt", "prune"))
    assert not any("hidden state moves" in one.value for one in app.caption)


def test_names_of_classes_are_said_in_words() -> None:
    app = opened(model="gestures-lstm")
    assert 'class="shown-row four words"' in pages(app)
    assert "left square bracket" in said(app)


@pytest.mark.parametrize("paths", [(), DIGIT], ids=["blank", "drawn"])
def test_a_model_that_reads_the_pen_is_told_apart_in_one_sentence(paths: Any) -> None:
    app = opened(*paths, model="gestures-strokes")
    (warning,) = app.warning
    assert "reads the pen path" in warning.value
    assert not charts(app)
    assert app.selectbox(key="model_select").value == "gestures-strokes"


@pytest.mark.parametrize("part", PARTS)
def test_a_network_that_takes_no_pictures_is_refused_where_pictures_are_changed(part: str) -> None:
    app = found(opened(part=part, model="gestures-strokes"))
    assert len(app.warning) == 1
    assert (CHARTS[part] in charts(app)) == PARTS[part].of_itself
