"""One network as one HTML page: a board, the answer under the pen, rows and hidden states.

The page needs nothing but its file. What it computes and draws is `rnndemo.web`, the same as on the
app's own pages; its texts are there in every language.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from rnndemo.data.sets import DIGITS
from rnndemo.errors import N_
from rnndemo.evaluation.cards import data_text
from rnndemo.languages import LANGUAGES, language_tag, translator
from rnndemo.models.store import Model
from rnndemo.plots.look.colors import ACCENT, BOARD, CHALK
from rnndemo.plots.look.templates import render
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.live import line_of, reading_data
from rnndemo.plots.report.texts import grouped, percent
from rnndemo.reading.units import usual_order
from rnndemo.reading.wording import known_classes
from rnndemo.web import VIEW, script
from rnndemo.web.packed import packed

SIDE, BRUSH = 308, 10  # of the board, as in the app
DRAWING = (
    "words.js", "canvas.js", "reading_view.js", "key_pen.js", "pad.js", "one_page.js"
)  # fmt: skip

WORDS = {
    "language": N_("Language"),
    "board": N_("Drawing board"),
    "undo": N_("Undo"),
    "clear": N_("Clear"),
    "sure": N_("{percent} sure. From row {row} on, the answer stayed the same."),
    "rejected": N_(
        "This does not look like anything the network knows. Its best guess is {label}, at "
        "{percent}, and it only answers when it is at least {threshold} sure."
    ),
}
# what a line of the reading is, if not a row -> the words that differ
LINE_WORDS = {
    "point": {"sure": N_("{percent} sure. From point {row} on, the answer stayed the same.")},
    "timestep": {"sure": N_("{percent} sure. From timestep {row} on, the answer stayed the same.")},
}

# `picture`, `rows` and `states` are what stands above each
EXPLAINED = {
    "ink": N_(
        "“{picture}”: the picture as the network sees it, as far as it has been read. “{rows}”: "
        "its answer if the picture ended there; the wider a colour, the more probable that answer. "
        "“{states}”: its hidden state, a column for each unit; orange is positive, blue negative. "
        "After each stroke, the picture is read once more before your eyes."
    ),
    "path": N_(
        "“{picture}”: the pen path, as far as it has been read. “{rows}”: its answer if the stroke "
        "ended there; the wider a colour, the more probable that answer. “{states}”: its hidden "
        "state, a column for each unit; orange is positive, blue negative. After each stroke, the "
        "path is read once more before your eyes."
    ),
}


def page(model: Model) -> str:
    """Return the page of `model`; `rnndemo.web.packed.obstacle` says whether it can have one."""
    style = render("one_page.css", day=Look(), night=Look(dark=True), accent=ACCENT)
    style += Markup((VIEW / "reading.css").read_text(encoding="utf-8"))
    code = script() + "\n".join((VIEW / name).read_text(encoding="utf-8") for name in DRAWING)
    it = packed(model)
    return str(
        render(
            "one_page.html",
            network=model.name, style=style, style_sha=_sha(style),
            script=Markup(code), script_sha=_sha(code),
            languages={
                code: (look, language_tag(code), LANGUAGES[code]) for code, look in _looks()
            },
            reading=Markup((VIEW / "reading.html").read_text(encoding="utf-8")),
            explained=lambda look: _explained(model, look), facts=lambda look: _facts(model, look),
            weights=base64.b64encode(it.weights).decode("ascii"),
            given={
                "manifest": it.manifest,
                "order": usual_order(model).tolist(),
                "board": {
                    "side": SIDE, "brush": BRUSH, "ground": BOARD, "chalk": CHALK, "accent": ACCENT,
                },
                "languages": {code: _texts(model, code, look) for code, look in _looks()},
            },
        )
    )  # fmt: skip


def _sha(text: str) -> str:
    """Return the SHA-256 of a script or style, as a policy names it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _looks() -> Iterator[tuple[str, Look]]:
    """Yield the code of each language, and a look in it."""
    for code in LANGUAGES:
        yield code, Look(translate=translator(code))


def _texts(model: Model, code: str, look: Look) -> dict[str, Any]:
    """Return what the page says in a language, and the reading's texts and colours."""
    threshold = percent(model.card.reject_threshold, 1, look)
    words = WORDS | LINE_WORDS.get(line_of(model), {})
    said = {name: look.text(message) for name, message in words.items()}
    return {
        "tag": language_tag(code),
        "words": said
        | {
            "title": _title(model, look),
            "hint": _hint(model, look),
            "rejected": said["rejected"].replace("{threshold}", threshold),
        },
        "light": reading_data(model, look),
        "dark": reading_data(model, Look(dark=True, translate=look.translate)),
    }


def _title(model: Model, look: Look) -> str:
    if model.classes == DIGITS:
        return look.text("Draw a digit")
    return look.text("Draw something it knows")


def _hint(model: Model, look: Look) -> str:
    if model.classes == DIGITS:
        return look.text("Draw a digit from 0 to 9. The answer appears while you draw.")
    return look.text(
        "It knows {classes}. Draw one of these. The answer appears while you draw.",
        classes=known_classes(model.classes, look.translate),
    )


def _explained(model: Model, look: Look) -> str:
    above = reading_data(model, look)["text"]
    return look.text(
        EXPLAINED[model.frame], **{part: above[part] for part in ("picture", "rows", "states")}
    )


def _facts(model: Model, look: Look) -> Iterator[tuple[str, str]]:
    """Yield what the model's card says, each with its name; "" where nothing is known."""
    card = model.card
    yield look.text("Network"), model.name
    yield look.text("Knows"), known_classes(model.classes, look.translate)
    yield look.text("Data set"), data_text(card.data, look.translate) if card.data else ""
    yield look.text("Test accuracy"), _accuracy(model, look)
    yield (
        look.text("Rejects below"),
        percent(card.reject_threshold, 100, look) if card.reject_threshold else "",
    )
    yield look.text("Limits"), look.text(card.limits)
    yield look.text("Parameters"), grouped(card.parameters) if card.parameters else ""
    yield look.text("Date"), card.date
    yield look.text("To train it again"), card.command


def _accuracy(model: Model, look: Look) -> str:
    """Return the share of right answers with its sample; "" if it was not measured."""
    card = model.card
    if not card.test_size:
        return ""
    text = look.text(
        "{accuracy} of {pictures} test drawings are answered correctly.",
        accuracy=percent(card.test_accuracy, card.test_size, look),
        pictures=grouped(card.test_size),
    )
    low, high = (card.measured.get(f"accuracy_{end}") for end in ("low", "high"))
    if low is None or high is None:
        return text
    interval = look.text(
        "For all such drawings, the share is between {low} and {high} with 95 % confidence.",
        low=percent(low, card.test_size, look), high=percent(high, card.test_size, look),
    )  # fmt: skip
    return look.paragraph(text, interval)
