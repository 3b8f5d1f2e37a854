"""Which gesture sets off what: the table of all reactions, and a visitor's own assignment.

``table.json`` in a visitor's folder holds the assignment::

    {"version": 1, "cooldown": 0.5,
     "assigned": {"slides": {"arrow": "slides.next", …}, "board": {…}}}

A gesture that it does not name sets off nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from rnndemo.data.drawn.gestures import CLASSES
from rnndemo.errors import N_, InputError
from rnndemo.reactions import board, deck
from rnndemo.storage.files import as_input_error, write_json

VERSION = 1
FILE = "table.json"
MAX_BYTES = 20_000
NOTHING = ""  # what a gesture without a reaction is assigned to
COOLDOWN, MAX_COOLDOWN = 0.5, 5.0  # seconds: at first, and at most

FORM = N_("The table of reactions is damaged: {what}. The default table is used instead.")
NOT_SAVED = N_(
    "The table of reactions could not be saved ({reason}); make room in the data folder."
)


@dataclass(frozen=True)
class Reaction:
    """What a gesture can set off.

    Parameters
    ----------
    label : str
        What people read for it, a gettext key.
    vain : str
        Why it changes nothing when it changes nothing, a gettext key.
    act : callable
        From (state, class of the gesture, its strokes) to the new state, a pure function.
    """

    label: str
    vain: str
    act: Callable[[Any, str, Sequence[np.ndarray]], Any]


# stage -> key of a reaction -> what it is; the key begins with the stage
REACTIONS: dict[str, dict[str, Reaction]] = {
    "slides": {
        "slides.next": Reaction(
            N_("next slide"),
            N_("this is the last slide"),
            lambda state, label, strokes: deck.following(state),
        ),
        "slides.previous": Reaction(
            N_("previous slide"),
            N_("this is the first slide"),
            lambda state, label, strokes: deck.previous(state),
        ),
        "slides.mark": Reaction(
            N_("mark the slide"),
            N_("the slides are closed"),
            lambda state, label, strokes: deck.mark(state),
        ),
        "slides.close": Reaction(
            N_("close the slides"),
            N_("they are closed already"),
            lambda state, label, strokes: deck.close(state),
        ),
    },
    "board": {
        "board.draw": Reaction(
            N_("draw it neatly"), N_("the board is full; delete or undo first"), board.draw
        ),
        "board.select": Reaction(
            N_("select the shape"), N_("there is no shape under it"), board.select
        ),
        "board.delete": Reaction(
            N_("delete the shape"),
            N_("there is no shape under it, and none is selected"),
            board.delete,
        ),
        "board.undo": Reaction(N_("undo"), N_("there is nothing to undo"), board.undo),
    },
}

DEFAULTS: dict[str, dict[str, str]] = {
    "slides": {
        "arrow": "slides.next",
        "right_sq_bracket": "slides.next",
        "right_curly_brace": "slides.next",
        "left_sq_bracket": "slides.previous",
        "left_curly_brace": "slides.previous",
        "check": "slides.mark",
        "star": "slides.mark",
        "x": "slides.close",
        "delete_mark": "slides.close",
    },
    "board": {
        "circle": "board.draw",
        "rectangle": "board.draw",
        "triangle": "board.draw",
        "star": "board.draw",
        "arrow": "board.draw",
        "check": "board.select",
        "x": "board.delete",
        "delete_mark": "board.delete",
        "pigtail": "board.undo",
    },
}


def _defaults() -> Mapping[str, Mapping[str, str]]:
    return DEFAULTS


@dataclass(frozen=True)
class Table:
    """An assignment of gestures to reactions.

    Parameters
    ----------
    assigned : mapping of str to mapping of str to str
        Stage -> gesture -> key of a reaction, or "". What is left out is "".
    cooldown : float, default 0.5
        Seconds between two reactions, 0 to 5.

    Raises
    ------
    InputError
        If it names a stage, gesture or reaction that there is not, or the cooldown is out of range.
    """

    assigned: Mapping[str, Mapping[str, str]] = field(default_factory=_defaults)
    cooldown: float = COOLDOWN

    def __post_init__(self) -> None:
        _known(self.assigned, REACTIONS)
        for stage, gestures in self.assigned.items():
            if not isinstance(gestures, Mapping):
                raise InputError(FORM, what=f"{stage!r:.60}")
            _known(gestures, CLASSES)
            _known(gestures.values(), (NOTHING, *REACTIONS[stage]))
        whole = {
            stage: {label: self.assigned.get(stage, {}).get(label, NOTHING) for label in CLASSES}
            for stage in REACTIONS
        }
        object.__setattr__(self, "assigned", whole)
        number = type(self.cooldown) in (int, float) and math.isfinite(self.cooldown)
        if not number or not 0 <= self.cooldown <= MAX_COOLDOWN:
            raise InputError(
                "The time between two reactions must be 0 to {most} seconds, not {value!r:.40}.",
                most=MAX_COOLDOWN, value=self.cooldown,
            )  # fmt: skip

    def assign(self, stage: str, gesture: str, reaction: str) -> Table:
        """Return the table with one gesture assigned anew.

        Raises
        ------
        InputError
            If there is no such stage, gesture or reaction.
        """
        stages = {**self.assigned, stage: {**self.assigned.get(stage, {}), gesture: reaction}}
        return replace(self, assigned=stages)


def to_json(table: Table) -> dict[str, Any]:
    """Return what ``table.json`` holds; gestures without a reaction are left out."""
    assigned = {
        stage: {label: reaction for label, reaction in gestures.items() if reaction}
        for stage, gestures in table.assigned.items()
    }
    return {"version": VERSION, "cooldown": table.cooldown, "assigned": assigned}


def from_json(content: Any) -> Table:
    """Return the table that `to_json` has written.

    Raises
    ------
    InputError
        If it has another form or version, or names what there is not.
    """
    if not isinstance(content, dict) or content.keys() != {"version", "cooldown", "assigned"}:
        raise InputError(FORM, what="{…}")
    if content["version"] != VERSION:
        raise InputError(FORM, what=f"version {content['version']!r:.40}")
    if not isinstance(content["assigned"], dict):
        raise InputError(FORM, what="assigned")
    return Table(content["assigned"], content["cooldown"])


def load(folder: Path) -> Table:
    """Return the table that is kept in a visitor's folder, else the one to begin with.

    Raises
    ------
    InputError
        If the file is damaged, too long, or names what there is not.
    """
    try:
        with (folder / FILE).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Table()
    except OSError as problem:
        raise InputError(FORM, what=problem.strerror) from None
    if len(data) > MAX_BYTES:
        raise InputError(FORM, what=f"> {MAX_BYTES} B")
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        raise InputError(FORM, what="JSON") from None
    return from_json(content)


def save(folder: Path, table: Table) -> None:
    """Keep a table in a visitor's folder.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    with as_input_error(NOT_SAVED):
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / FILE, to_json(table))


def _known(names: Any, known: Any) -> None:
    unknown = [name for name in names if not isinstance(name, str) or name not in known]
    if unknown:
        raise InputError(
            "The table of reactions contains {name!r:.60}; choose one of {known}.",
            name=unknown[0], known=", ".join(filter(None, known)),
        )  # fmt: skip
