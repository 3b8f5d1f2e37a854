"""A drawing beside what was done to it, each with the answer to it, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from PIL import Image
from PIL.ImageColor import getrgb

from rnndemo.plots.look.colors import NEGATIVE, POSITIVE, class_text
from rnndemo.plots.look.pictures import data_uri, encoded
from rnndemo.plots.look.theme import Look
from rnndemo.reading.answers import Answer

DOUBT = "{label}?"  # as on a box of the page Scenes
SHORT = 4  # letters; longer answers are set smaller
EARLY = 0.25  # how far down a line has room for its words above it


@dataclass(frozen=True)
class PicturePanel:
    """One picture of a row of them.

    Parameters
    ----------
    title : str
        What it is, translated.
    picture : str
        A data URI.
    said : str, default ""
        The answer to it, with its class's colour; "" for a picture that is not read.
    color : str, default ""
        Of the answer.
    detail : str, default ""
        A line below it.
    mark : tuple of (float, str), optional
        A line across the picture: how far down, as a share of its height, and its words.
    """

    title: str
    picture: str
    said: str = ""
    color: str = ""
    detail: str = ""
    mark: tuple[float, str] | None = None


def answered(
    title: str,
    picture: np.ndarray,
    answer: Answer,
    classes: Sequence[str],
    look: Look,
    mark: tuple[float, str] | None = None,
) -> PicturePanel:
    """Return the panel of a picture ``(H, W)`` in [0, 1] with the answer to it.

    Parameters
    ----------
    classes : sequence of str
        Their names, translated.
    """
    label = int(answer.probabilities.argmax())
    said = DOUBT.format(label=classes[label]) if answer.rejected else classes[label]
    return PicturePanel(
        title, data_uri(picture), said, text_color(label), look.sure(answer.probability), mark
    )


def text_color(label: int) -> str:
    """Return the colour of text of a class on light and dark ground, which the page may change."""
    light, dark = (class_text(label, Look(dark)) for dark in (False, True))
    return f"light-dark({light}, {dark})"


def changed_by(title: str, difference: np.ndarray, detail: str, look: Look) -> PicturePanel:
    """Return the panel of a change ``(H, W)``; what was added is orange, what was taken blue."""
    return PicturePanel(title, signed_uri(difference, look), detail=detail)


def signed_uri(values: np.ndarray, look: Look) -> str:
    """Return values ``(H, W)`` with signs as the data URI of a PNG, the largest in full colour."""
    signed = np.clip(values / (float(np.abs(values).max()) or 1.0), -1, 1)[..., None]
    paper, more, less = (
        np.array(getrgb(name), float) for name in (look.ground, POSITIVE, NEGATIVE)
    )
    colours = np.where(signed > 0, paper + signed * (more - paper), paper - signed * (less - paper))
    return encoded(Image.fromarray(colours.round().astype(np.uint8)))


def picture_row(groups: Sequence[Sequence[PicturePanel | str]], across: str = "four") -> str:
    """Return pictures side by side; a text between them is a sign, such as “+”.

    Parameters
    ----------
    groups : sequence of sequence of (PicturePanel or str)
        What belongs together stays together where there is little room.
    across : {"two", "four", "six"}, default "four"
        How many pictures there is room for.
    """
    parts = "".join(
        f'<div class="shown-group">{"".join(map(_part, group))}</div>' for group in groups if group
    )
    said = [part.said for group in groups for part in group if isinstance(part, PicturePanel)]
    words = " words" if max(map(len, said), default=0) > SHORT else ""
    return f'<div class="shown-row {across}{words}"><div>{parts}</div></div>'


def _part(part: PicturePanel | str) -> str:
    if isinstance(part, str):
        return f'<span class="shown-sign" aria-hidden="true">{escape(part)}</span>'
    mark = ""
    if part.mark is not None:
        place, words = part.mark
        early = ' class="early"' if place < EARLY else ""
        mark = f'<i{early} style="top:{100 * place:.1f}%"><b>{escape(words)}</b></i>'
    said = f'<p style="color:{part.color}">{escape(part.said)}</p>' if part.said else ""
    alt = escape(f"{part.title} {part.said}".strip(), quote=True)
    return (
        f"<figure><figcaption>{escape(part.title)}</figcaption>"
        f'<div><img src="{part.picture}" alt="{alt}">{mark}</div>'
        f"{said}<small>{escape(part.detail)}</small></figure>"
    )
