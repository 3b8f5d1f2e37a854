"""All reactions, and a visitor's assignment of gestures to them.

``table.json`` in a visitor's folder contains the assignment::

    {"version": 1, "cooldown": 0.5,
     "assigned": {"slides": {"arrow": "slides.next", …}, "board": {…}}}

Gestures that are not listed set off nothing.
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
from rnndemo.errors import N_, InputError, reason_of
from rnndemo.reactions import board, deck
from rnndemo.storage.files import as_input_error, write_json

VERSION = 1
FILE = "table.json"
MAX_BYTES = 20_000
NOTHING = ""  # assigned to a gesture without a reaction
COOLDOWN, MAX_COOLDOWN = 0.5, 5.0  # seconds: the default and the maximum

FORM = N_("The table of reactions is damaged: {what}. The default table is used instead.")
NOT_SAVED = N_("The table of reactions could not be saved ({reason}); {hint}.")


@dataclass(frozen=True)
class Reaction:
    """A change that a gesture can set off.

    Parameters
    ----------
    label : str
        Its name for people, a gettext key.
    no_effect : str
        Why it may change nothing, a gettext key.
    act : callable
        (state, class of the gesture, its strokes) -> new state, a pure function.
    """

    label: str
    no_effect: str
    act: Callable[[Any, str, Sequence[np.ndarray]], Any]


# stage -> key of a reaction, which begins with the stage -> reaction
REACTIONS: dict[str, dict[str, Reaction]] = {
    "slides": {
        "slides.next": Reaction(N_("next slide"), N_("this is the last slide"), deck.following),
        "slides.previous": Reaction(
            N_("previous slide"), N_("this is the first slide"), deck.previous
        ),
        "slides.mark": Reaction(N_("mark the slide"), N_("the slides are closed"), deck.mark),
        "slides.close": Reaction(N_("close the slides"), N_("they are closed already"), deck.close),
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

# Every gesture sets something off on every stage.
DEFAULTS: dict[str, dict[str, str]] = {
    "slides": {
        "arrow": "slides.next",
        "right_sq_bracket": "slides.next",
        "right_curly_brace": "slides.next",
        "v": "slides.next",
        "triangle": "slides.next",  # as on a button that plays
        "left_sq_bracket": "slides.previous",
        "left_curly_brace": "slides.previous",
        "caret": "slides.previous",
        "pigtail": "slides.previous",
        "check": "slides.mark",
        "star": "slides.mark",
        "circle": "slides.mark",
        "rectangle": "slides.mark",
        "x": "slides.close",
        "delete_mark": "slides.close",
        "zig_zag": "slides.close",
    },
    "board": {
        "circle": "board.draw",
        "rectangle": "board.draw",
        "triangle": "board.draw",
        "star": "board.draw",
        "arrow": "board.draw",
        "right_sq_bracket": "board.draw",
        "right_curly_brace": "board.draw",
        "caret": "board.draw",
        "check": "board.select",
        "v": "board.select",
        "x": "board.delete",
        "delete_mark": "board.delete",
        "zig_zag": "board.delete",
        "pigtail": "board.undo",
        "left_sq_bracket": "board.undo",
        "left_curly_brace": "board.undo",
    },
}


@dataclass(frozen=True)
class Table:
    """An assignment of gestures to reactions.

    Parameters
    ----------
    assigned : mapping of str to mapping of str to str
        Stage -> gesture -> key of a reaction, or "", which is the default.
    cooldown : float, default 0.5
        Seconds between two reactions, 0 to 5.

    Raises
    ------
    InputError
        If a stage, gesture or reaction does not exist, or the cooldown is out of range.
    """

    assigned: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: DEFAULTS)
    cooldown: float = COOLDOWN

    def __post_init__(self) -> None:
        _check_known(self.assigned, REACTIONS)
        for stage, gestures in self.assigned.items():
            if not isinstance(gestures, Mapping):
                raise InputError(FORM, what=f"{stage!r:.60}")
            _check_known(gestures, CLASSES)
            _check_known(gestures.values(), (NOTHING, *REACTIONS[stage]))
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
        """Return the table with another reaction assigned to a gesture.

        Raises
        ------
        InputError
            If the stage, gesture or reaction does not exist.
        """
        stages = {**self.assigned, stage: {**self.assigned.get(stage, {}), gesture: reaction}}
        return replace(self, assigned=stages)


def to_json(table: Table) -> dict[str, Any]:
    """Return a table as JSON object, without gestures that have no reaction."""
    assigned = {
        stage: {label: reaction for label, reaction in gestures.items() if reaction}
        for stage, gestures in table.assigned.items()
    }
    return {"version": VERSION, "cooldown": table.cooldown, "assigned": assigned}


def from_json(content: Any) -> Table:
    """Return the table of a JSON object from `to_json`.

    Raises
    ------
    InputError
        If it has another form or version, or a name in it does not exist.
    """
    if not isinstance(content, dict) or content.keys() != {"version", "cooldown", "assigned"}:
        raise InputError(FORM, what="{…}")
    if content["version"] != VERSION:
        raise InputError(FORM, what=f"version {content['version']!r:.40}")
    if not isinstance(content["assigned"], dict):
        raise InputError(FORM, what="assigned")
    return Table(content["assigned"], content["cooldown"])


def load(folder: Path) -> Table:
    """Return the table stored in a visitor's folder, else the default.

    Raises
    ------
    InputError
        If the file is damaged or too long, or a name in it does not exist.
    """
    try:
        with (folder / FILE).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Table()
    except OSError as problem:
        raise InputError(FORM, what=reason_of(problem)) from None
    if len(data) > MAX_BYTES:
        raise InputError(FORM, what=f"> {MAX_BYTES} B")
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        raise InputError(FORM, what="JSON") from None
    return from_json(content)


def save(folder: Path, table: Table) -> None:
    """Store a table in a visitor's folder.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    with as_input_error(NOT_SAVED):
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / FILE, to_json(table))


def _check_known(names: Any, known: Any) -> None:
    unknown = [name for name in names if not isinstance(name, str) or name not in known]
    if unknown:
        raise InputError(
            "The table of reactions contains {name!r:.60}; choose one of {known}.",
            name=unknown[0], known=", ".join(filter(None, known)),
        )  # fmt: skip
