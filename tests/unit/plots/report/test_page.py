from __future__ import annotations

import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
import torch

from rnndemo.config import RunConfig
from rnndemo.data.sets import DataSet, ImageSet
from rnndemo.evaluation.examination import TestReport, examine
from rnndemo.languages import translator
from rnndemo.models.store import Card, Model, load_model
from rnndemo.plots.look.theme import Look
from rnndemo.plots.report.page import report_page
from rnndemo.plots.report.page_charts import (
    MAX_POINTS,
    Axis,
    ChartPoints,
    accuracy_curves,
    chart,
    loss_curve,
)
from rnndemo.training.history import History
from rnndemo.ui.train.controls import OPTION_TEXTS
from tests.small import CLASSES, SIDE, small_model

EVIL = '<script>alert("x")</script>'
VOID = {"meta", "img", "br"}


def history(count: int = 300) -> History:
    steps = [{"step": n, "loss": 2 / n, "accuracy": 1 - 1 / n} for n in range(1, count + 1)]
    validation = [{"step": n, "validation_accuracy": 0.9} for n in (count // 2, count)]
    return History(Path(), steps=steps, validation=validation)


class Tags(HTMLParser):
    """Parser of a page that collects tags, attributes and text; all tags must be closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def some(digits: DataSet) -> ImageSet:
    return digits.test.take(torch.arange(0, 10_000, 10))


@pytest.fixture(scope="module")
def examined(some: ImageSet) -> TestReport:
    return examine(load_model("digits-rnn"), some)


@pytest.fixture(scope="module")
def page(examined: TestReport, some: ImageSet) -> str:
    return report_page(load_model("digits-rnn"), examined, some, history(), Look(), notes=EVIL)


def test_page_is_whole_and_small(page: str) -> None:
    assert page.startswith("<!doctype html>")
    assert Tags(page).open == []
    assert len(page) < 100_000


def test_page_asks_the_network_for_nothing_and_runs_nothing(page: str) -> None:
    tags = Tags(page)
    assert not {"script", "link", "iframe", "object", "base", "form"} & set(tags.seen)
    assert not re.search(r"https?:|@import|url\(|//", re.sub(r"data:image/png[^\"]*", "", page))
    assert all(v.startswith("data:image/png") for k, v in tags.attributes if k == "src" and v)
    assert not [name for name, _value in tags.attributes if name.startswith("on")]
    assert "default-src 'none'" in page


def test_page_says_all_that_was_found(page: str, examined: TestReport) -> None:
    text, card = Tags(page).text, load_model("digits-rnn").card
    low, high = examined.report.interval
    assert f"{100 * examined.report.accuracy:.1f} % of 1,000 test pictures" in text
    assert f"between {100 * low:.1f} % and {100 * high:.1f} %" in text
    for said in (card.command, card.date, card.limits, card.data_sha256, card.machine):
        assert said in text
    for name in ("model.hidden_size", "training.lr", "data.scan", "seed"):
        assert name in text
    assert page.count("<img") == len(examined.mistakes)


def test_matrix_holds_every_count(page: str, examined: TestReport) -> None:
    table = re.search(r'<table class="confusion">.*?</table>', page, re.S)
    assert table
    found = [int(n or 0) for n in re.findall(r'<td class="(?!all)[^>]*>(\d*)</td>', table.group())]
    assert found == examined.report.confusion.flatten().tolist()
    totals = [int(n) for n in re.findall(r'<td class="all">(\d+)</td>', table.group())]
    assert totals == examined.report.confusion.sum(1).tolist()


def test_figures_on_hover_are_there_for_those_who_cannot_hover(
    examined: TestReport, some: ImageSet
) -> None:
    page = report_page(load_model("digits-rnn"), examined, some, None, Look())
    listed = re.findall(r"<li>(.*?)</li>", page)
    hidden = re.findall(r"<circle[^>]*><title>(.*?)</title>", page)
    assert hidden
    assert set(hidden) == set(listed)


def test_what_a_person_typed_stays_text(some: ImageSet) -> None:
    model = load_model("digits-rnn")
    few = some.take(torch.arange(30))
    labels = (few.labels + 1) % 10  # all wrong, so that every place for a class is used
    names = tuple(f"{EVIL}{i}" for i in range(10))
    card = replace(model.card, command=EVIL, limits=EVIL, machine=EVIL, date=EVIL)
    model = replace(model, name=EVIL, classes=names, card=card)
    few = ImageSet(few.images, labels)
    page = report_page(model, examine(model, few), few, None, Look(), notes=EVIL)
    assert "<script" not in page
    assert EVIL in Tags(page).text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_is_in_the_language(language: str, examined: TestReport, some: ImageSet) -> None:
    look = Look(translate=translator(language))
    model = load_model("digits-rnn")
    page = report_page(model, examined, some, None, look, language=language)
    assert f'<html lang="{language}">' in page
    assert look.text("What does it mistake for what?") in page
    assert look.text("How did it learn?") not in page  # nothing is known of its training


@pytest.mark.parametrize("count", [1, 5])
def test_few_pictures_of_few_classes_are_enough(count: int) -> None:
    network = small_model().float()
    config = RunConfig(model=network.config)
    model = Model("small", config, network, tuple("abc"), (SIDE, SIDE), Card())
    images = torch.zeros(count, SIDE, SIDE, dtype=torch.uint8)
    test = ImageSet(images, torch.zeros(count, dtype=torch.int64))
    tags = Tags(report_page(model, examine(model, test), test, None, Look()))
    assert "–" in tags.text  # a score that is not defined
    assert "nan" not in tags.text
    assert CLASSES == 3


def test_curves_are_thinned_and_keep_their_ends() -> None:
    drawing = ElementTree.fromstring(loss_curve(history(1000), Look()))
    titles = [title.text for title in drawing.iter("title")]
    assert len(titles) == MAX_POINTS
    assert titles[0] == "step 1: loss 2.0000"
    assert titles[-1] == "step 1,000: loss 0.0020"


def test_only_what_was_measured_is_drawn() -> None:
    nothing = [{"step": step, "loss": None} for step in range(1, 4)]
    assert loss_curve(History(Path(), steps=nothing), Look()) == ""
    assert accuracy_curves(History(Path(), steps=nothing), Look()) == ""
    found = [{"step": 1 + n, "validation_accuracy": v} for n, v in enumerate((0.5, math.nan, 1))]
    some = accuracy_curves(History(Path(), steps=nothing, validation=found), Look())
    assert some.count("<circle") == 2
    assert loss_curve(History(Path()), Look()) == ""


def test_no_line_joins_points_that_lie_far_apart() -> None:
    found = [{"step": n, "validation_accuracy": 0.5, "pictures": 256} for n in (0, 240)]
    drawing = accuracy_curves(History(Path(), validation=found), Look())
    assert "L" not in "".join(re.findall(r' d="([^"]*)" class="line', drawing))
    assert "step 240: 50.0 % of 256 validation pictures right" in drawing
    assert "L" in accuracy_curves(history(), Look())


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 28, [0, 10, 20]),
        (0, 3, [0, 1, 2, 3]),
        (0.9, 1, [0.9, 0.92, 0.94, 0.96, 0.98, 1]),
        (0, 2000, [0, 500, 1000, 1500, 2000]),
    ],
)
def test_ticks_are_round(low: float, high: float, ticks: list[float]) -> None:
    assert Axis("", low, high).ticks() == ticks


def test_higher_values_lie_higher() -> None:
    points = ChartPoints([0, 1], [0, 1], [EVIL, "b"])
    drawing = ElementTree.fromstring(chart(Axis("<x>", 0, 1), Axis("y", 0, 1), [points], EVIL))
    first, second = drawing.iter("circle")
    assert float(first.attrib["cx"]) < float(second.attrib["cx"])
    assert float(first.attrib["cy"]) > float(second.attrib["cy"])
    assert first.findtext("title") == EVIL


def test_settings_classes_and_data_are_called_by_their_names(
    examined: TestReport, some: ImageSet
) -> None:
    look = Look(translate=translator("zh"))
    model = replace(load_model("digits-rnn"), name="3f2a9c" * 5)
    page = report_page(
        model, examined, some, None, look, language="zh", title="夜里的训练", options=OPTION_TEXTS
    )
    said = Tags(page).text
    assert "夜里的训练" in said
    assert model.name not in said
    assert "学习率" in said
    assert "training.lr" in said  # small, for who trains it again
    assert "数字（MNIST）" in said
