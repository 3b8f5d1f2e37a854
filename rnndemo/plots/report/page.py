"""The test report as one HTML file that needs nothing but itself: no script, no network.

A policy in its head forbids everything else. What a person typed (names of models and classes,
notes) is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import starmap

import numpy as np

from rnndemo import codec
from rnndemo.data.sets import ImageSet
from rnndemo.evaluation.examination import TestReport
from rnndemo.models.store import Model
from rnndemo.plots.look.colors import class_color
from rnndemo.plots.look.pictures import data_uri
from rnndemo.plots.look.plotly import Translate
from rnndemo.plots.report.confusion import STRONG, cell_text, mistake_strength
from rnndemo.plots.report.page_charts import (
    Curves,
    accuracy_curves,
    calibration_points,
    loss_curve,
    timesteps_curve,
)
from rnndemo.plots.report.page_style import STYLE
from rnndemo.plots.report.texts import (
    NO_MISTAKE,
    QUESTIONS,
    grouped,
    how_to_read,
    percent,
    sureness,
)

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def report_page(
    model: Model,
    examination: TestReport,
    test: ImageSet,
    curves: Curves | None,
    _: Translate,
    *,
    language: str = "en",
    notes: str = "",
) -> str:
    """Return the test report of a model as a whole HTML document.

    Parameters
    ----------
    model : Model
    examination : TestReport
        Of `model` on `test`.
    test : ImageSet
    curves : Curves or None
        How its training went; None where that is not known.
    _ : callable
        Translates a message.
    language : str, default "en"
        The code of the language that `_` translates into.
    notes : str, default ""
        What its maker wrote about it.
    """
    title, app = _("Test report: {name}").format(name=model.name), _("Row by Row")
    parts = [
        f"<header><h1>{escape(title)}</h1>",
        f"<p>{escape(app)} · {escape(model.card.date)}</p></header>",
        f'<p class="notes">{escape(notes)}</p>' if notes.strip() else "",
        _asked("accuracy", examination, _),
        _training(curves, _),
        _asked("confusion", examination, _, _confusion(examination, model.classes, _)),
        _asked("scores", examination, _, _scores(examination, model, _)),
        '<div class="pair">',
        _asked("timesteps", examination, _, timesteps_curve(examination, _)),
        _asked("calibration", examination, _, calibration_points(examination, _)),
        "</div>",
        _asked("mistakes", examination, _, _mistakes(examination, model.classes, test, _)),
        _configuration(model, _),
        _again(model, _),
    ]
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _section(title: str, how: str, body: str = "") -> str:
    """Return a section; ``**…**`` in how to read it stands out."""
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(how))
    return f"<section><h2>{escape(title)}</h2><p>{text}</p>{body}</section>"


def _asked(name: str, examination: TestReport, _: Translate, body: str = "") -> str:
    return _section(_(QUESTIONS[name].title), how_to_read(name, examination, _), body)


def _training(curves: Curves | None, _: Translate) -> str:
    charts = [loss_curve(curves, _), accuracy_curves(curves, _)] if curves else []
    body = "".join(f"<div>{chart}</div>" for chart in charts if chart)
    if not body:
        return ""
    how = _("The loss in training, and the share of right answers: solid on the pictures "
            "it learns from, dashed on the validation pictures.")  # fmt: skip
    return _section(_("How did it learn?"), how, f'<div class="pair">{body}</div>')


def _row(cells: Sequence[str], tag: str = "td") -> str:
    """Return a row of a table whose first cell names it; cells are text."""
    first, *others = (escape(cell) for cell in cells)
    return f"<tr><th>{first}</th>{''.join(f'<{tag}>{cell}</{tag}>' for cell in others)}</tr>"


def _confusion(examination: TestReport, classes: Sequence[str], _: Translate) -> str:
    confusion = examination.report.confusion.numpy()
    strength = mistake_strength(confusion)
    rows = []
    for i, row in enumerate(confusion.tolist()):
        cells = []
        for j, count in enumerate(row):
            hint = cell_text(confusion, (i, j), classes, _)
            kind = "right" if i == j else "strong" if strength[i, j] > STRONG else "cell"
            cells.append(
                f'<td class="{kind}" style="--s:{100 * strength[i, j]:.0f}%;--c:{class_color(i)}" '
                f'title="{escape(hint)}">{count or ""}</td>'
            )
        rows.append(f"<tr><th>{escape(classes[i])}</th>{''.join(cells)}</tr>")
    corner = _("true class ↓, answer →")
    head = _row([corner, *classes], "th")
    return f'<div class="wide"><table class="confusion">{head}{"".join(rows)}</table></div>'


def _scores(examination: TestReport, model: Model, _: Translate) -> str:
    head = _row([_("class"), _("precision"), _("recall"), _("F1"), _("pictures")], "th")
    scores = examination.scores
    rows = [
        _row([name, *(_score(value) for value in values), grouped(count)])
        for name, *values, count in zip(
            model.classes, scores.precision, scores.recall, scores.f1, scores.pictures.tolist(),
            strict=True,
        )
    ]  # fmt: skip
    return f'<div class="wide"><table class="numbers">{head}{"".join(rows)}</table></div>'


def _score(value: float) -> str:
    return f"{value:.3f}" if np.isfinite(value) else "–"


def _mistakes(examination: TestReport, classes: Sequence[str], test: ImageSet, _: Translate) -> str:
    if not len(examination.mistakes):
        return f"<p>{escape(_(NO_MISTAKE))}</p>"
    figures = []
    for place in examination.mistakes.tolist():
        truth, answer = classes[examination.labels[place]], classes[examination.answers[place]]
        sure = _("{percent} sure").format(percent=sureness(float(examination.confidences[place])))
        label = escape(f"{truth} → {answer}")
        image = data_uri(test.images[place].numpy() / 255)
        figures.append(
            f'<figure><img src="{image}" alt="{label}">'
            f"<figcaption><b>{label}</b><br>{escape(sure)}</figcaption></figure>"
        )
    return f'<div class="gallery">{"".join(figures)}</div>'


def _configuration(model: Model, _: Translate) -> str:
    values = ((path, codec.get_value(model.config, path)) for path, *_rest in codec.field_table())
    body = "".join(starmap(_setting, values))
    how = _("Every setting of the run, by the name that the command line knows it by.")
    return _section(_("What was trained, and how?"), how, f'<dl class="settings">{body}</dl>')


def _setting(path: str, value: object) -> str:
    text = ", ".join(map(str, value)) or "–" if isinstance(value, tuple) else str(value)
    return f"<div><dt>{escape(path)}</dt><dd>{escape(text)}</dd></div>"


def _again(model: Model, _: Translate) -> str:
    """Return how to make the model again, what it was measured on, and what it cannot do."""
    card = model.card
    facts = [
        (_("Data set"), card.data),
        (_("Its sha256"), card.data_sha256),
        (_("Weights"), grouped(card.parameters)),
        (_("Training time"), _("{seconds} s").format(seconds=f"{card.train_seconds:.0f}")),
        (_("Machine"), card.machine),
        (_("Date"), card.date),
        (_("Temperature"), f"{card.temperature:.3f}"),
        (_("Answers from"), percent(card.reject_threshold, 100) if card.reject_threshold else ""),
        (_("Limits"), _(card.limits)),
    ]
    table = "".join(_row(fact) for fact in facts if fact[1])
    command = f"<pre>{escape(card.command)}</pre>" if card.command else ""
    how = _("The command that trains it again, and what is known of it.")
    return _section(
        _("How to make it again?"), how, f'{command}<table class="facts">{table}</table>'
    )
