"""A person's own classes: what a set of them is, its bounds, and the changes that keep to them.

A set is a value. A change returns another one, or says in a sentence why it cannot be made;
`rnndemo.data.own.shelf` keeps sets on disk, `rnndemo.data.own.files` packs them into files, and
`rnndemo.data.own.data` makes data to train on.
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

MAX_SETS = 20  # of one visitor
MIN_CLASSES, MAX_CLASSES = 2, 20  # the least is needed to train
MIN_EXAMPLES, MAX_EXAMPLES = 5, 50  # of a class; the least is needed to train
MAX_NAME = 40  # letters

MAX_DELETIONS = 100  # that can be taken back


@dataclass(frozen=True)
class OwnClass:
    """A class of a set.

    Parameters
    ----------
    name : str
    examples : tuple of str
        Their random names, in the order in which they were added.
    """

    name: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deletion:
    """What was deleted, so that it can be brought back.

    Parameters
    ----------
    label : str
        Name of the class.
    place : int
        Where the class was among the classes (`whole`), or the example in its class.
    examples : tuple of str
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
    """A set of own classes; every change returns another one or raises an `InputError`.

    Parameters
    ----------
    name : str
    kind : str
        One of `KINDS`: what the examples are.
    classes : tuple of OwnClass
    deleted : tuple of Deletion
        The last one is the first to come back.
    made : float
        When, in seconds since 1970.
    """

    name: str
    kind: str
    classes: tuple[OwnClass, ...] = ()
    deleted: tuple[Deletion, ...] = ()
    made: float = 0.0

    @property
    def examples(self) -> tuple[str, ...]:
        """All examples, class by class."""
        return tuple(example for one in self.classes for example in one.examples)

    def find(self, label: str) -> OwnClass:
        """Return the class of that name."""
        for one in self.classes:
            if one.name == label:
                return one
        raise InputError("This set no longer has a class {name!r}.", name=label[:MAX_NAME])

    def renamed(self, name: str) -> OwnSet:
        """Give the set another name."""
        return replace(self, name=checked_name(name))

    def with_class(self, label: str) -> OwnSet:
        """Add a class, empty as yet."""
        if len(self.classes) >= MAX_CLASSES:
            raise InputError(
                "A set can have at most {most} classes; delete one, or start another set.",
                most=MAX_CLASSES,
            )
        label = checked_name(label, self._names())
        return replace(self, classes=(*self.classes, OwnClass(label)))

    def with_class_renamed(self, label: str, name: str) -> OwnSet:
        """Give a class another name; what was deleted from it comes back under that name."""
        self.find(label)
        name = checked_name(name, (other for other in self._names() if other != label))
        deleted = tuple(
            replace(one, label=name) if one.label == label else one for one in self.deleted
        )
        return replace(self._changed(label, lambda one: replace(one, name=name)), deleted=deleted)

    def with_examples(self, label: str, examples: Sequence[str]) -> OwnSet:
        """Add examples to a class."""
        room = MAX_EXAMPLES - len(self.find(label).examples)
        if len(examples) > room:
            raise InputError(
                "{name}: there is room for {room} more examples, but these are {count}; a "
                "class can have at most {most}.",
                name=label, room=room, count=len(examples), most=MAX_EXAMPLES,
            )  # fmt: skip
        return self._changed(
            label, lambda one: replace(one, examples=(*one.examples, *examples))
        )  # fmt: skip

    def without_class(self, label: str, now: float) -> OwnSet:
        """Delete a class with its examples."""
        one = self.find(label)
        deletion = Deletion(label, self.classes.index(one), one.examples, True, now)
        rest = tuple(other for other in self.classes if other != one)
        return self._with_deletion(replace(self, classes=rest), deletion)

    def without_example(self, label: str, example: str, now: float) -> OwnSet:
        """Delete one example."""
        one = self.find(label)
        if example not in one.examples:
            raise InputError("This example is no longer there.")
        deletion = Deletion(label, one.examples.index(example), (example,), False, now)
        rest = tuple(other for other in one.examples if other != example)
        changed = self._changed(label, lambda one: replace(one, examples=rest))
        return self._with_deletion(changed, deletion)

    def undone(self, now: float) -> OwnSet:
        """Bring back what was deleted last."""
        if not self.deleted or now - self.deleted[-1].time > TRASH_SECONDS:
            raise InputError("There is nothing to restore: it was deleted too long ago.")
        last = self.deleted[-1]
        before = replace(self, deleted=self.deleted[:-1])
        if last.whole:
            place, fresh = last.place, before.with_class(last.label)
            classes = [*fresh.classes[:-1]]
            classes.insert(place, OwnClass(fresh.classes[-1].name, last.examples))
            return replace(fresh, classes=tuple(classes))
        examples = list(before.with_examples(last.label, last.examples).find(last.label).examples)
        del examples[-len(last.examples) :]
        examples[last.place : last.place] = last.examples
        return before._changed(last.label, lambda one: replace(one, examples=tuple(examples)))

    def problem(self) -> InputError | None:
        """Return what is missing before a network can be trained, None where nothing is."""
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

    def _with_deletion(self, rest: OwnSet, deletion: Deletion) -> OwnSet:
        kept = [one for one in self.deleted if deletion.time - one.time <= TRASH_SECONDS]
        return replace(rest, deleted=tuple([*kept, deletion][-MAX_DELETIONS:]))


def checked_name(text: str, taken: Iterable[str] = ()) -> str:
    """Return `text` as a name of a set or a class, its spaces put in order.

    Raises
    ------
    InputError
        If it is empty, too long, not printable, or among those `taken`.
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
    """Return a set as JSON can hold it."""
    return {"schema": SCHEMA, **asdict(content)}


def from_json(content: Any) -> OwnSet:
    """Return the set that `to_json` has written.

    Raises
    ------
    ValueError
        If it is damaged: nothing in it is used before it was checked.
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
