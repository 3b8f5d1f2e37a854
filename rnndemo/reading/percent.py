"""Shares in per cent as a language writes them, and how sure a network is: one way for all pages.

English writes "97 %", Chinese "97%". Whatever shows a share calls one of these functions.
"""

from __future__ import annotations

from collections.abc import Callable

from rnndemo.errors import N_

PERCENT = N_("{number} %")
MOST_SURE, LEAST_SURE = 0.999, 0.001  # beyond these, a probability is only bounded
MANY, SOME = 5_000, 100  # pictures that justify two digits after the point, and one

Translate = Callable[[str], str]


def percent(share: float, digits: int, translate: Translate = N_) -> str:
    """Return a share in per cent."""
    return translate(PERCENT).format(number=f"{100 * share:.{digits}f}")


def digits_of(n: int) -> int:
    """Return how many digits after the point a share of `n` pictures justifies, in per cent."""
    return 2 if n >= MANY else 1 if n >= SOME else 0


def sureness(probability: float, translate: Translate = N_) -> str:
    """Return how sure a network says it is, never 0 or 100 per cent: no network is certain.

    ``sureness`` in ``words.js`` writes the same in the browser.
    """
    if probability >= MOST_SURE:
        number = "≥ 99.9"
    elif probability < LEAST_SURE:
        number = "< 0.1"
    else:
        number = f"{100 * probability:.1f}"
    return translate(PERCENT).format(number=number)
