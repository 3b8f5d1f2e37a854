"""Names of classes as people read them, lists, and pairs, as the reader's language writes them.

A class is stored, and answered to programs, under the name that its data set gives it
("left_sq_bracket"); people read "left square bracket", in their language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce

from rnndemo.errors import N_

Translate = Callable[[str], str]

GESTURE_NAMES = {
    "triangle": N_("triangle"),
    "x": N_("x"),
    "rectangle": N_("rectangle"),
    "circle": N_("circle"),
    "check": N_("check mark"),
    "caret": N_("caret"),
    "zig_zag": N_("zigzag"),
    "arrow": N_("arrow"),
    "left_sq_bracket": N_("left square bracket"),
    "right_sq_bracket": N_("right square bracket"),
    "v": N_("v"),
    "delete_mark": N_("delete mark"),
    "left_curly_brace": N_("left curly brace"),
    "right_curly_brace": N_("right curly brace"),
    "star": N_("star"),
    "pigtail": N_("pigtail"),
}
CLOTHES_NAMES = {
    "T-shirt": N_("T-shirt"),
    "trousers": N_("trousers"),
    "pullover": N_("pullover"),
    "dress": N_("dress"),
    "coat": N_("coat"),
    "sandal": N_("sandal"),
    "shirt": N_("shirt"),
    "sneaker": N_("sneaker"),
    "bag": N_("bag"),
    "ankle boot": N_("ankle boot"),
}

MAX_NAMED = 20  # classes of a network that are named in a sentence

PAIR, LIST, SENTENCES = N_("{name}: {value}"), N_(", "), N_("{first} {second}")


def class_names(classes: Sequence[str], translate: Translate) -> tuple[str, ...]:
    """Return the names of all classes of a network, in the language of the reader.

    Classes that a person has named, and letters, stay as they are: only a whole data set is
    recognised, since an "x" may also be a letter.
    """
    for names in (GESTURE_NAMES, CLOTHES_NAMES):
        if set(classes) == set(names):
            return tuple(translate(names[name]) for name in classes)
    return tuple(classes)


def known_classes(classes: Sequence[str], translate: Translate) -> str:
    """Return the names of a network's classes as a list, of very many the first."""
    names = class_names(classes, translate)
    return listed(names[:MAX_NAMED], translate) + (" …" if names[MAX_NAMED:] else "")


def class_name(label: str, classes: Sequence[str], translate: Translate) -> str:
    """Return the name of one of the classes of a network, in the language of the reader."""
    names = dict(zip(classes, class_names(classes, translate), strict=True))
    return names.get(label, label)


def pair(name: str, value: object, translate: Translate) -> str:
    """Return a name and its value, for example "Layers: 2"."""
    return translate(PAIR).format(name=name, value=value)


def listed(names: Iterable[str], translate: Translate) -> str:
    """Return names side by side, for example "16, 32, 64"."""
    return translate(LIST).join(names)


def paragraph(sentences: Iterable[str], translate: Translate) -> str:
    """Return sentences as one text: English puts a space between two, Chinese nothing.

    Empty ones are left out.
    """
    both = translate(SENTENCES)
    return reduce(lambda a, b: both.format(first=a, second=b) if a and b else a or b, sentences, "")
