"""The test report as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnndemo import codec
from rnndemo.data.sets import ImageSet
from rnndemo.evaluation.examination import TestReport
from rnndemo.models.store import Model
from rnndemo.plots.look.colors import BOARD, class_color
from rnndemo.plots.look.pictures import data_uri
from rnndemo.plots.look.theme import Look
from rnndemo.plots.report.confusion import STRONG, cell_text, mistake_strength
from rnndemo.plots.report.page_charts import (
    accuracy_curves,
    calibration_points,
    loss_curve,
    timesteps_curve,
)
from rnndemo.plots.report.templates import render
from rnndemo.plots.report.texts import (
    NO_MISTAKE,
    QUESTIONS,
    grouped,
    how_to_read,
    percent,
)
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
    notes: str = "",
) -> str:
    """Return the test report of a model as an HTML document.

    Parameters
    ----------
    examination : TestReport
        Of `model` on `test`.
    history : History or None
        Of its training; None if not known.
    look : Look
        For its language only; the ground depends on the reader's browser.
    language : str, default "en"
        Code of the language of `look`.
    notes : str, default ""
        On the model, by its maker.
    """
    learning = [loss_curve(history, look), accuracy_curves(history, look)] if history else []
    page = render(
        "report.html",
        _=look.text, language=language, **GROUNDS, board=BOARD,
        questions=QUESTIONS, how_to_read=lambda name: how_to_read(name, examination, look),
        grouped=grouped, percent=lambda share, n: percent(share, n, look), no_mistake=NO_MISTAKE,
        model=model, card=model.card, notes=notes,
        learning=[chart for chart in learning if chart],
        confusion=_confusion(examination, model, look),
        scores=_scores(examination, model),
        timesteps=timesteps_curve(examination, look),
        calibration=calibration_points(examination, look),
        mistakes=list(_mistakes(examination, model, test, look)),
        settings=_settings(model),
    )  # fmt: skip
    return str(page)


def _confusion(
    examination: TestReport, model: Model, look: Look
) -> list[list[tuple[str, str, str, str, int]]]:
    """Return the cells row by row: kind, strength, colours, description, count."""
    confusion = examination.report.confusion.numpy()
    strength = mistake_strength(confusion)
    return [
        [
            (
                "right" if i == j else "strong" if strength[i, j] > STRONG else "cell",
                f"{100 * strength[i, j]:.0f}%",
                " ".join(f"--{name}:{class_color(i, ground)};" for name, ground in GROUNDS.items()),
                cell_text(confusion, (i, j), model.classes, look),
                count,
            )
            for j, count in enumerate(row)
        ]
        for i, row in enumerate(confusion.tolist())
    ]


def _scores(examination: TestReport, model: Model) -> list[list[str]]:
    scores = examination.scores
    return [
        [name, *(f"{one:.3f}" if np.isfinite(one) else "–" for one in values), grouped(count)]
        for name, *values, count in zip(
            model.classes, scores.precision, scores.recall, scores.f1, scores.pictures.tolist(),
            strict=True,
        )
    ]  # fmt: skip


def _mistakes(
    examination: TestReport, model: Model, test: ImageSet, look: Look
) -> Iterator[tuple[str, str, str]]:
    """Yield the picture of each mistake, its class and answer, and the confidence."""
    for place in examination.mistakes.tolist():
        truth, answer = examination.labels[place], examination.answers[place]
        yield (
            data_uri(test.images[place].numpy() / 255),
            f"{model.classes[truth]} → {model.classes[answer]}",
            look.sure(float(examination.confidences[place])),
        )


def _settings(model: Model) -> Iterator[tuple[str, str]]:
    for path, *_rest in codec.field_table():
        value = codec.get_value(model.config, path)
        yield path, ", ".join(map(str, value)) or "–" if isinstance(value, tuple) else str(value)
