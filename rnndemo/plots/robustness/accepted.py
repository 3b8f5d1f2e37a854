"""Pictures out of place that a network accepts, each with its answer, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from rnndemo.hardening.out_of_place import Certainty
from rnndemo.plots.look.pictures import data_uri
from rnndemo.plots.look.theme import Look
from rnndemo.plots.robustness.pictures import text_color


def accepted_pictures(
    images: np.ndarray,
    found: Certainty,
    places: Sequence[int],
    shows: str,
    classes: Sequence[str],
    look: Look,
) -> str:
    """Return pictures with the answer to each below it.

    Parameters
    ----------
    images : ndarray
        uint8 ``(N, H, W)``.
    places : sequence of int
        Which of them.
    shows : str
        What they show, translated.
    classes : sequence of str
        The names of the network's classes, translated.
    """
    figures = []
    for place in places:
        label = int(found.answers[place])
        answer, sure = escape(classes[label], quote=True), escape(look.sure(found.scores[place]))
        alt = escape(look.text("one of the {kind}", kind=shows), quote=True)
        figures.append(
            f'<figure><img src="{data_uri(images[place] / 255)}" alt="{alt}">'
            f'<figcaption><b style="color:{text_color(label)}">{answer}</b>'
            f"<br><small>{sure}</small></figcaption></figure>"
        )
    return f'<div class="contact-sheet accepted">{"".join(figures)}</div>'
