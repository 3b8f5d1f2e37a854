"""A visitor's sets of own classes, for all pages."""

from __future__ import annotations

from contextlib import suppress

from rnndemo.data.own.shelf import PREFIX, OwnSets
from rnndemo.errors import InputError
from rnndemo.ui.shell.session import _
from rnndemo.ui.shell.visitor import visitor


def shelf() -> OwnSets:
    """Return this visitor's sets."""
    return OwnSets(visitor().folder.name)


def own_data(now: str) -> dict[str, str]:
    """Return this visitor's sets that can be trained on, and the set `now`: spec -> name."""
    sets = {one.spec: one for one in shelf().all() if one.content.problem() is None}
    if now.startswith(PREFIX) and now not in sets:
        with suppress(InputError):
            sets[now] = shelf().find(now.removeprefix(PREFIX))
    return {
        spec: _("Yours: {title}").format(title=one.content.name) if one.own else one.content.name
        for spec, one in sets.items()
    }
