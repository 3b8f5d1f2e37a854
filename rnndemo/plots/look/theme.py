"""The look of a page: its ground, light or dark, and its language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rnndemo.errors import N_
from rnndemo.reading import wording
from rnndemo.reading.percent import sureness


@dataclass(frozen=True)
class Look:
    """The colours and the language of all that is drawn on one page.

    Parameters
    ----------
    dark : bool
        Whether the ground is dark.
    translate : callable
        English message -> message in the language of the page.
    """

    dark: bool = False
    translate: Callable[[str], str] = N_

    def text(self, message: str, /, **values: object) -> str:
        """Return a message in the language of the page, its placeholders filled in."""
        text = self.translate(message)
        return text.format(**values) if values else text

    def sure(self, probability: float) -> str:
        """Return how sure a network is, in per cent."""
        return sureness(probability, self.translate)

    def pair(self, name: str, value: object) -> str:
        """Return a name and its value, for example "Layers: 2"."""
        return wording.pair(name, value, self.translate)

    def listed(self, names: Iterable[str]) -> str:
        """Return names side by side, for example "16, 32, 64"."""
        return wording.listed(names, self.translate)

    def paragraph(self, *sentences: str) -> str:
        """Return sentences as one text; empty ones are left out."""
        return wording.paragraph(sentences, self.translate)

    def class_names(self, classes: Sequence[str]) -> tuple[str, ...]:
        """Return the names of a network's classes in the language of the page."""
        return wording.class_names(classes, self.translate)

    @property
    def ground(self) -> str:
        """The colour of the background, and of zero on a scale with signs."""
        return "#15191e" if self.dark else "#fbfaf7"

    @property
    def panel(self) -> str:
        """The colour of a part of the page that stands out from the background."""
        return "#20262d" if self.dark else "#f0eee8"

    @property
    def ink(self) -> str:
        """The colour of text, and of lines whose colour has no meaning."""
        return "#e6e3db" if self.dark else "#23282d"

    @property
    def muted(self) -> str:
        """The colour of what stays in the background: grid lines, other classes."""
        return "#4a545f" if self.dark else "#c9c5bb"
