"""The answers of all peers to one drawing: legend, cards, and maps of where each looks."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from PIL import Image
from PIL.ImageColor import getrgb

from rnndemo.comparison.results import Measured
from rnndemo.errors import N_
from rnndemo.plots.compare.charts import title_of
from rnndemo.plots.look.colors import NEGATIVE, POSITIVE, class_color, class_text, peer_marks
from rnndemo.plots.look.pictures import data_uri, encoded
from rnndemo.plots.look.theme import Look
from rnndemo.reading.percent import percent

KINDS: dict[str, str] = {
    "rnn": N_("Read in order: RNNs"),
    "picture": N_("See the picture at once: networks without memory"),
    "classical": N_("Classical image processing"),
    "own": N_("Trained by you, or shared with you"),
}
MIN_LIMIT = 0.05  # of probability: maps with a smaller maximum stay pale
MAX_LETTERS = 4  # of a class that is written large
SIDE = 112  # of a map on the page, in pixels; enlarged by whole factors it stays sharp


@dataclass(frozen=True)
class PeerAnswer:
    """The answer of one peer to a drawing.

    Parameters
    ----------
    row : Measured
        The peer.
    probabilities : ndarray
        ``(classes,)``.
    map : ndarray, optional
        ``(H, W)``: how much less sure it is if a square there is covered.
    """

    row: Measured
    probabilities: np.ndarray
    map: np.ndarray | None = None

    @property
    def best(self) -> int:
        """The class that it answers."""
        return int(self.probabilities.argmax())


def votes(answers: Sequence[PeerAnswer]) -> list[tuple[int, list[PeerAnswer]]]:
    """Return the classes answered with their answers, the commonest first."""
    by_class: dict[int, list[PeerAnswer]] = {}
    for one in answers:
        by_class.setdefault(one.best, []).append(one)
    return sorted(by_class.items(), key=lambda item: (-len(item[1]), item[0]))


def _marker(mark: tuple[str, str]) -> str:
    color, path = mark
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        f'<path d="{path}" fill="{color}"/></svg>'
    )
    coded = base64.b64encode(svg.encode()).decode()  # the page drops inline SVG from HTML
    return f'<img class="peer-marker" alt="" src="data:image/svg+xml;base64,{coded}">'


def legend(rows: Sequence[Measured], look: Look) -> str:
    """Return the legend of all charts as HTML: marker and name."""
    marks = peer_marks([row.name for row in rows], look)
    entries = (
        f"<span>{_marker(marks[row.name])}{escape(title_of(row, look))}</span>" for row in rows
    )
    return f'<div class="peer-legend">{"".join(entries)}</div>'


def cards(
    answers: Sequence[PeerAnswer], classes: Sequence[str], image: np.ndarray, look: Look
) -> str:
    """Return a card for every answer, grouped by the kind of the peers, as HTML.

    Cards with an answer other than the commonest are framed. Maps share one colour scale.

    Parameters
    ----------
    image : ndarray
        ``(H, W)`` in [0, 1]: the drawing as they saw it.
    """
    order = votes(answers)
    common = order[0][0] if order and (len(order) == 1 or len(order[0][1]) > 1) else -1
    page = _Sheet(
        classes, image, common, map_limit(answers),
        peer_marks([one.row.name for one in answers], look), look,
    )  # fmt: skip
    parts = []
    for kind, title in KINDS.items():
        group = [one for one in answers if one.row.kind == kind]
        if group:
            inside = "".join(_card(one, page) for one in group)
            parts.append(
                f'<h3>{escape(look.text(title))}</h3><div class="peer-cards">{inside}</div>'
            )
    return "".join(parts)


def map_limit(answers: Sequence[PeerAnswer]) -> float:
    """Return the value at which the colour scale of all maps ends."""
    peaks = [float(np.abs(one.map).max()) for one in answers if one.map is not None]
    return max(MIN_LIMIT, *peaks, 0.0)


@dataclass(frozen=True)
class _Sheet:
    """What the cards have in common."""

    classes: Sequence[str]
    image: np.ndarray
    common: int
    limit: float
    marks: Mapping[str, tuple[str, str]]
    look: Look

    @property
    def words(self) -> bool:
        """Whether some class has a long name, so that all are written smaller."""
        return max(map(len, self.classes), default=0) > MAX_LETTERS


def _card(one: PeerAnswer, page: _Sheet) -> str:
    look = page.look
    share = float(one.probabilities[one.best])
    order = np.argsort(-one.probabilities, kind="stable")
    second = int(order[1]) if len(order) > 1 else one.best
    other = float(one.probabilities[second])
    apart = ' class="apart"' if one.best != page.common else ""
    picture = ""
    if one.map is not None:
        alt = look.text("where {name} looks", name=title_of(one.row, look))
        picture = (
            f'<img src="{map_uri(one.map, page.image, page.limit, look)}" alt="{escape(alt)}">'
        )
    mark, text = class_color(one.best, look), class_text(one.best, look)
    then = look.text(
        "then {answer}: {percent}", answer=page.classes[second], percent=look.sure(other)
    )
    return (
        f"<figure{apart}><figcaption>{_marker(page.marks[one.row.name])}"
        f"<span>{escape(title_of(one.row, look))}</span></figcaption>"
        f'<p{" class=words" if page.words else ""} style="color:{text}">'
        f"{escape(page.classes[one.best])}</p>"
        f'<b><i style="width:{100 * share:.1f}%;background:{mark}"></i></b>'
        f"<small>{escape(look.sure(share))}</small>"
        f"<small>{escape(then)}</small>{picture}</figure>"
    )


def map_uri(values: np.ndarray, image: np.ndarray, limit: float, look: Look) -> str:
    """Return a map ``(H, W)`` with the outline of the drawing, as the data URI of a PNG.

    Parameters
    ----------
    values : ndarray
        Positive (orange) where covering makes the peer less sure, negative (blue) where surer.
    image : ndarray
        ``(H, W)`` in [0, 1].
    limit : float
        Value at which the colour scale ends.
    """
    signed = np.clip(values / limit, -1, 1)[..., None]
    paper, more, less = (
        np.array(getrgb(name), float) for name in (look.ground, POSITIVE, NEGATIVE)
    )
    colours = np.where(signed > 0, paper + signed * (more - paper), paper - signed * (less - paper))
    factor = max(1, SIDE // max(image.shape))
    colours = colours.repeat(factor, 0).repeat(factor, 1)
    drawn = np.pad((image > 0.5).repeat(factor, 0).repeat(factor, 1), 1)
    inner = drawn[:-2, 1:-1] & drawn[2:, 1:-1] & drawn[1:-1, :-2] & drawn[1:-1, 2:]
    colours[drawn[1:-1, 1:-1] & ~inner] = getrgb(look.ink)
    return encoded(Image.fromarray(colours.round().astype(np.uint8)))


def scale_bar(limit: float, look: Look) -> str:
    """Return the colour scale of the maps with labelled ends, as HTML."""
    end = percent(limit, 0, look.translate)
    low, high = (
        look.text("{percent} surer", percent=end),
        look.text("{percent} less sure", percent=end),
    )
    colours = f"{NEGATIVE},{look.ground},{POSITIVE}"
    return (
        f'<div class="map-scale"><span>{low}</span>'
        f'<i style="background:linear-gradient(90deg,{colours})"></i><span>{high}</span></div>'
    )


def answer_sheet(
    images: np.ndarray, names: Sequence[tuple[str, str]], details: Sequence[str]
) -> str:
    """Return pictures with their classes and answers, which open to show who gave which, as HTML.

    Parameters
    ----------
    images : ndarray
        ``(N, H, W)`` in [0, 1].
    names : sequence of (str, str)
        The class of each, and the answers to it.
    details : sequence of str
        Who gave which answer.
    """
    figures = (
        f'<figure><img src="{data_uri(image)}" alt="{escape(truth)}">'
        f"<figcaption><b>{escape(truth)}</b><details><summary>{escape(answers)}</summary>"
        f"{escape(detail)}</details></figcaption></figure>"
        for image, (truth, answers), detail in zip(images, names, details, strict=True)
    )
    return f'<div class="contact-sheet answer-sheet">{"".join(figures)}</div>'
