"""Sets of a person's own classes as values: their limits, and the changes within them.

A change returns a new set or raises an `InputError` that says why it cannot be made.
`rnndemo.data.own.shelf` stores sets on disk, `rnndemo.data.own.files` packs them into files, and
`rnndemo.data.own.data` makes training data of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Any

from rnndemo.errors import InputError
from rnndemo.storage.folders import FOLDER_NAME, TRASH_SECONDS
from rnndemo.storage.records import read

SCHEMA = 1
KINDS = ("drawn", "photographed")

MAX_SETS = 20  # per visitor
MIN_CLASSES, MAX_CLASSES = 2, 20  # the minimum is for training
MIN_EXAMPLES, MAX_EXAMPLES = 5, 50  # per class; the minimum is for training
MAX_NAME = 40  # characters
MAX_DELETIONS = 100  # that can be undone


@dataclass(frozen=True)
class OwnClass:
    """A class of a set.

    Parameters
    ----------
    examples : tuple of str
        Their random names, in the order of adding.
    """

    name: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deletion:
    """A deletion, with all that is needed to undo it.

    Parameters
    ----------
    label : str
        Name of the class.
    place : int
        Index of the class (if `whole`), or of the example in its class.
    whole : bool
        Whether the class itself was deleted.
    time : float
        When, in seconds since 1970.
    """

    label: str
    place: int
    examples: tuple[str, ...]
    whole: bool
    time: float


@dataclass(frozen=True)
class OwnSet:
    """A set of own classes.

    Parameters
    ----------
    kind : str
        Of the examples, one of `KINDS`.
    deleted : tuple of Deletion
        The latest last.
    made : float
        Time of creation, in seconds since 1970.
    """

    name: str
    kind: str
    classes: tuple[OwnClass, ...] = ()
    deleted: tuple[Deletion, ...] = ()
    made: float = 0.0

    @property
    def examples(self) -> tuple[str, ...]:
        """The names of all examples, class by class."""
        return tuple(example for one in self.classes for example in one.examples)

    def find(self, label: str) -> OwnClass:
        """Return the class named `label`."""
        for one in self.classes:
            if one.name == label:
                return one
        raise InputError("This set no longer has a class {name!r}.", name=label[:MAX_NAME])

    def renamed(self, name: str) -> OwnSet:
        """Return the set with another name."""
        return replace(self, name=checked_name(name))

    def with_class(self, label: str) -> OwnSet:
        """Return the set with a new, empty class."""
        if len(self.classes) >= MAX_CLASSES:
            raise InputError(
                "A set can have at most {most} classes; delete one, or start another set.",
                most=MAX_CLASSES,
            )
        label = checked_name(label, self._names())
        return replace(self, classes=(*self.classes, OwnClass(label)))

    def with_class_renamed(self, label: str, name: str) -> OwnSet:
        """Return the set with a class renamed, also in its deletions."""
        self.find(label)
        name = checked_name(name, (other for other in self._names() if other != label))
        deleted = tuple(
            replace(one, label=name) if one.label == label else one for one in self.deleted
        )
        return replace(self._changed(label, lambda one: replace(one, name=name)), deleted=deleted)

    def with_examples(self, label: str, examples: Sequence[str]) -> OwnSet:
        """Return the set with more examples in a class."""
        room = MAX_EXAMPLES - len(self.find(label).examples)
        if len(examples) > room:
            raise InputError(
                "{name}: too many examples ({count}). A class can have at most {most}, so "
                "there is room for {room} more.",
                name=label, room=room, count=len(examples), most=MAX_EXAMPLES,
            )  # fmt: skip
        return self._changed(label, lambda one: replace(one, examples=(*one.examples, *examples)))

    def without_class(self, label: str, now: float) -> OwnSet:
        """Return the set without a class and its examples."""
        one = self.find(label)
        deletion = Deletion(label, self.classes.index(one), one.examples, True, now)
        rest = tuple(other for other in self.classes if other != one)
        return self._with_deletion(replace(self, classes=rest), deletion)

    def without_example(self, label: str, example: str, now: float) -> OwnSet:
        """Return the set without an example."""
        one = self.find(label)
        if example not in one.examples:
            raise InputError("This example is no longer there.")
        deletion = Deletion(label, one.examples.index(example), (example,), False, now)
        rest = tuple(other for other in one.examples if other != example)
        changed = self._changed(label, lambda one: replace(one, examples=rest))
        return self._with_deletion(changed, deletion)

    def undone(self, now: float) -> OwnSet:
        """Return the set with its latest deletion undone."""
        if not self.deleted or now - self.deleted[-1].time > TRASH_SECONDS:
            raise InputError("There is nothing to restore: it was deleted too long ago.")
        last = self.deleted[-1]
        before = replace(self, deleted=self.deleted[:-1])
        if last.whole:
            *classes, fresh = before.with_class(last.label).classes
            classes.insert(last.place, replace(fresh, examples=last.examples))
            return replace(before, classes=tuple(classes))
        examples = list(before.with_examples(last.label, last.examples).find(last.label).examples)
        del examples[-len(last.examples) :]
        examples[last.place : last.place] = last.examples
        return before._changed(last.label, lambda one: replace(one, examples=tuple(examples)))

    def problem(self) -> InputError | None:
        """Return why no network can be trained on the set yet; None if one can."""
        if len(self.classes) < MIN_CLASSES:
            return InputError(
                "Training needs at least {least} classes; this set has {count}.",
                least=MIN_CLASSES, count=len(self.classes),
            )  # fmt: skip
        short = {
            one.name: MIN_EXAMPLES - len(one.examples)
            for one in self.classes
            if len(one.examples) < MIN_EXAMPLES
        }
        if short:
            return InputError(
                "Training needs {least} examples of every class. Still missing: {missing}.",
                least=MIN_EXAMPLES,
                missing=", ".join(f"{name} {count}" for name, count in short.items()),
            )
        return None

    def _names(self) -> Iterable[str]:
        return (one.name for one in self.classes)

    def _changed(self, label: str, change: Any) -> OwnSet:
        classes = (change(one) if one.name == label else one for one in self.classes)
        return replace(self, classes=tuple(classes))

    def swept(self, now: float) -> OwnSet:
        """Return the set without deletions that can no longer be undone."""
        recent = tuple(one for one in self.deleted if now - one.time <= TRASH_SECONDS)
        return self if recent == self.deleted else replace(self, deleted=recent)

    def _with_deletion(self, rest: OwnSet, deletion: Deletion) -> OwnSet:
        recent = self.swept(deletion.time).deleted
        return replace(rest, deleted=tuple([*recent, deletion][-MAX_DELETIONS:]))


def checked_name(text: str, taken: Iterable[str] = ()) -> str:
    """Return `text` as the name of a set or class, with spaces and Unicode normalized.

    Raises
    ------
    InputError
        If it is empty, too long, not printable, or one of `taken`, regardless of case.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise InputError(
            "{name!r} is not a valid name. Use 1 to {most} printable characters.",
            name=name[: MAX_NAME + 1], most=MAX_NAME,
        )  # fmt: skip
    if name.casefold() in {other.casefold() for other in taken}:
        raise InputError("There is already a class {name!r}; choose another name.", name=name)
    return name


def to_json(content: OwnSet) -> dict[str, Any]:
    """Return a set as a JSON object."""
    return {"schema": SCHEMA, **asdict(content)}


def from_json(content: Any) -> OwnSet:
    """Return the set that `to_json` made into JSON.

    Raises
    ------
    ValueError
        If it is damaged or of another version.
    """
    found = read(OwnSet, content, whole=True)
    if content.get("schema") != SCHEMA or found.kind not in KINDS:
        raise ValueError("no set of this version")
    names: list[str] = []
    for one in found.classes:
        names.append(checked_name(one.name, names))
    groups = [one.examples for one in found.classes] + [one.examples for one in found.deleted]
    if any(len(group) > MAX_EXAMPLES for group in groups) or not all(
        FOLDER_NAME.fullmatch(name) for name in chain(*groups)
    ):
        raise ValueError("no names of examples")
    return replace(
        found,
        name=checked_name(found.name),
        classes=tuple(map(OwnClass, names, (one.examples for one in found.classes))),
        deleted=tuple(replace(one, label=checked_name(one.label)) for one in found.deleted),
    )
