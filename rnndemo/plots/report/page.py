"""The test report as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np

from rnndemo import codec
from rnndemo.data.sets import ImageSet
from rnndemo.evaluation.cards import data_text, machine_text
from rnndemo.evaluation.examination import TestReport
from rnndemo.models.store import Model
from rnndemo.plots.look.colors import BOARD, class_color
from rnndemo.plots.look.names import hover_texts
from rnndemo.plots.look.pictures import data_uri
from rnndemo.plots.look.templates import render
from rnndemo.plots.look.theme import Look
from rnndemo.plots.report.confusion import STRONG, cell_text, mistake_strength
from rnndemo.plots.report.page_charts import (
    accuracy_curves,
    calibration_points,
    loss_curve,
    timesteps_curve,
)
from rnndemo.plots.report.texts import (
    NO_MISTAKE,
    OTHER_PICTURES,
    QUESTIONS,
    grouped,
    how_to_read,
    percent,
)
from rnndemo.sweeps.analysis.texts import field_text, value_text
from rnndemo.training.history import History

GROUNDS = {"day": Look(), "night": Look(dark=True)}


def report_page(
    model: Model,
    examination: TestReport,
    test: ImageSet,
    history: History | None,
    look: Look,
    *,
    language: str = "en",
    title: str = "",
    notes: str = "",
    options: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return the test report of a model as an HTML document.

    Parameters
    ----------
    examination : TestReport
        Of `model` on `test`.
    test : ImageSet
        If these are other pictures by now, or none, the page says so and shows none.
    history : History or None
        Of its training; None if not known.
    look : Look
        For its language only; the ground depends on the reader's browser.
    language : str, default "en"
        Code of the language of `look`.
    title : str, default ""
        Of the model; without one, the name of its folder.
    notes : str, default ""
        On the model, by its maker.
    options : mapping, optional
        Option of a setting, or field and option ("model.cell.lstm") -> its label, in English.
    """
    test = examination.matching(test)
    learning = [loss_curve(history, look), accuracy_curves(history, look)] if history else []
    page = render(
        "report.html",
        _=look.text, language=language, **GROUNDS, board=BOARD,
        questions=QUESTIONS, how_to_read=lambda name: how_to_read(name, examination, look),
        grouped=grouped, hover_texts=hover_texts,
        percent=lambda share, n: percent(share, n, look), no_mistake=NO_MISTAKE,
        model=model, classes=look.class_names(model.classes), card=model.card,
        title=title or model.name, notes=notes,
        learning=[chart for chart in learning if chart],
        confusion=_confusion(examination, model, look),
        scores=_scores(examination, model, look),
        timesteps=timesteps_curve(examination, look),
        calibration=calibration_points(examination, look),
        mistakes=list(_mistakes(examination, model, test, look)) if len(test) else [],
        no_pictures="" if len(test) else OTHER_PICTURES,
        settings=list(_settings(model, options, look)),
        data=data_text(model.card.data, look.translate),
        machine=machine_text(model.card.machine, look.translate),
    )  # fmt: skip
    return str(page)


def _confusion(
    examination: TestReport, model: Model, look: Look
) -> list[list[tuple[str, str, str, str, int]]]:
    """Return the cells row by row: kind, strength, colours, description, count."""
    confusion, classes = examination.report.confusion.numpy(), look.class_names(model.classes)
    strength = mistake_strength(confusion)
    return [
        [
            (
                "right" if i == j else "strong" if strength[i, j] > STRONG else "cell",
                f"{100 * strength[i, j]:.0f}%",
                " ".join(f"--{name}:{class_color(i, ground)};" for name, ground in GROUNDS.items()),
                cell_text(confusion, (i, j), classes, look),
                count,
            )
            for j, count in enumerate(row)
        ]
        for i, row in enumerate(confusion.tolist())
    ]


def _scores(examination: TestReport, model: Model, look: Look) -> list[list[str]]:
    scores = examination.scores
    return [
        [name, *(f"{one:.3f}" if np.isfinite(one) else "–" for one in values), grouped(count)]
        for name, *values, count in zip(
            look.class_names(model.classes), scores.precision, scores.recall, scores.f1,
            scores.pictures.tolist(),
            strict=True,
        )
    ]  # fmt: skip


def _mistakes(
    examination: TestReport, model: Model, test: ImageSet, look: Look
) -> Iterator[tuple[str, str, str]]:
    """Yield the picture of each mistake, its class and answer, and the confidence."""
    names = look.class_names(model.classes)
    for place in examination.mistakes.tolist():
        truth, answer = examination.labels[place], examination.answers[place]
        yield (
            data_uri(test.images[place].numpy() / 255),
            f"{names[truth]} → {names[answer]}",
            look.sure(float(examination.confidences[place])),
        )


def _settings(
    model: Model, options: Mapping[str, str], look: Look
) -> Iterator[tuple[str, str, str]]:
    """Yield each setting: its label, its name on the command line, and its value."""
    for path, *_rest in codec.field_table():
        value = codec.get_value(model.config, path)
        if path == "data.name":
            text = data_text(str(value), look.translate)
        elif isinstance(value, bool):
            text = value_text(value, look.translate)
        elif isinstance(value, tuple):
            text = look.listed(map(str, value)) or "–"
        else:
            text = look.text(options.get(f"{path}.{value}", options.get(str(value), str(value))))
        yield field_text(path, look.translate), path, text
