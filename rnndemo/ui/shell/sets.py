"""The data that a page may open: registered sets, and sets of own classes.

Links, stored runs and what a browser sends name data. A path is never followed for them, and no
error tells whether it exists: this is the one place in `rnndemo.ui` that loads data.
"""

from __future__ import annotations

from contextlib import suppress

from rnndemo.config import RunConfig
from rnndemo.data.load import image_size_of, load
from rnndemo.data.own.shelf import PREFIX, OwnSets
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.cards import own_digest
from rnndemo.training.runs import check_data
from rnndemo.ui.shell.clock import apart
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
    return apart(
        {
            spec: _("Yours: {title}").format(title=one.content.name)
            if one.own
            else one.content.name
            for spec, one in sets.items()
        },
        {spec: one.made for spec, one in sets.items()},
    )


def load_offered(name: str, frame: str = "auto") -> DataSet:
    """Return the data set `name`, which pages may open; see `rnndemo.data.load.load`.

    Raises
    ------
    InputError
        If it is no registered set and no set of own classes, or cannot be read.
    """
    if not name.startswith(PREFIX):  # of a set, `load` says that it was deleted
        check_data(name)
    return load(name, frame)


def image_size(config: RunConfig) -> tuple[int, int] | None:
    """Return the size of the pictures that `config` names, None if its data are not here."""
    with suppress(InputError):
        return image_size_of(config)
    return None


def content_of(config: RunConfig) -> str:
    """Return the digest of a set of own classes, which may change; "" for registered data.

    It belongs into the key of what is cached and depends on the data.
    """
    own = config.data.name.startswith(PREFIX)
    return own_digest(data_of(config)) if own else ""


def data_of(config: RunConfig) -> DataSet:
    """Return the data set that `config` names; see `load_offered`."""
    return load_offered(config.data.name, config.data.frame)
