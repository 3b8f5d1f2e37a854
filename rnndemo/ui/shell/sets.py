"""A visitor's sets of own classes, as all pages reach them."""

from __future__ import annotations

from contextlib import suppress

from rnndemo.data.own.data import PREFIX
from rnndemo.data.own.shelf import OwnSets
from rnndemo.errors import InputError
from rnndemo.ui.shell.session import _
from rnndemo.ui.shell.visitor import visitor


def shelf() -> OwnSets:
    """Return this visitor's sets."""
    return OwnSets(visitor().folder.name)


def own_data(now: str) -> dict[str, str]:
    """Return what can be trained on of this visitor's sets, and the set `now`: spec -> name."""
    sets = {kept.spec: kept for kept in shelf().all() if kept.content.problem() is None}
    if now.startswith(PREFIX) and now not in sets:
        with suppress(InputError):
            sets[now] = shelf().find(now.removeprefix(PREFIX))
    return {
        spec: _("Yours: {title}").format(title=k.content.name) if k.own else k.content.name
        for spec, k in sets.items()
    }
