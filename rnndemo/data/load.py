"""Load data sets by name: registered ones, a person's own pictures, sets of own classes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from rnndemo.config import DATA_SETS, DataConfig, RunConfig
from rnndemo.data.frames.table import FRAMES
from rnndemo.data.once import loaded_once
from rnndemo.data.own.examples import EXAMPLES
from rnndemo.data.own.shelf import PREFIX, OwnSets
from rnndemo.data.scenes.data import NAME as SCENES
from rnndemo.data.scenes.data import SceneData, kind_of, reads_scenes, scene_data
from rnndemo.data.sets import DataSet
from rnndemo.data.sources import digits, downloads
from rnndemo.errors import InputError

# What draws, or opens people's pictures, needs scipy: a click on Start would wait for it in vain.


def _drawn_gestures(name: str, frame: str) -> DataSet:
    from rnndemo.data.drawn.gestures import load_gestures

    return load_gestures(name, frame)


PEN_PATHS = "gestures-strokes"  # the registered data set that is no pictures

# name, one of `rnndemo.config.DATA_SETS` -> function that loads it
SOURCES: dict[str, Callable[[], DataSet]] = {
    "digits": digits.load_digits,
    **{name: partial(downloads.load_source, name) for name in downloads.SOURCES},
    "gestures": partial(_drawn_gestures, "gestures", "ink"),
    PEN_PATHS: partial(_drawn_gestures, PEN_PATHS, "path"),
}
BY_PATH = ("folder", "npz")  # prefixes of the path of a person's own pictures


def offered(spec: str) -> bool:
    """Return whether a page may train on `spec`: registered data, scenes, or own classes."""
    if spec in (*DATA_SETS, SCENES):
        return True
    try:
        return spec.startswith(PREFIX) and bool(OwnSets.find_anyones(spec.removeprefix(PREFIX)))
    except InputError:
        return False


def image_size_of(config: RunConfig) -> tuple[int, int]:
    """Return height and width of the pictures that `config` names, without loading them.

    Raises
    ------
    InputError
        If it names a set of own classes that is not here.
    """
    if reads_scenes(config):
        kind = kind_of(config.scenes)
        return kind.height, kind.width
    return FRAMES[_frame_of(config.data)].size


def _frame_of(data: DataConfig) -> str:
    """Return the frame of data, a key of `FRAMES`; `load` refuses another than their own."""
    if data.name in SOURCES:
        return "path" if data.name == PEN_PATHS else "ink"
    if data.frame != "auto":
        return data.frame
    if data.name.startswith(PREFIX):
        own_set = OwnSets.find_anyones(data.name.removeprefix(PREFIX))
        return EXAMPLES[own_set.content.kind].frames[0]
    return "ink"


Data = DataSet | SceneData


def data_of(config: RunConfig) -> Data:
    """Return the data set that `config` names, see `load`, or the scenes that it describes."""
    if config.data.name == SCENES:
        return scene_data(config, load(config.scenes.glyphs))
    return load(config.data.name, config.data.frame)


def load(spec: str, frame: str = "auto") -> DataSet:
    """Return the data set that `spec` names.

    Data sets are cached: registered ones for good, a person's own until a file changes.

    Parameters
    ----------
    spec : str
        A registered name, ``folder:PATH``, ``npz:PATH`` or ``set:ID``.
    frame : str, default "auto"
        Of a person's own pictures: "ink" (as "auto") or "photo". A registered data set has its
        own; for a set of own classes see `rnndemo.data.own.data`.

    Raises
    ------
    InputError
        If there is no such data set, its files are missing, damaged or unusable, or a registered
        one has another frame.
    """
    if spec.startswith(PREFIX):
        from rnndemo.data.own.data import load_set

        return load_set(spec.removeprefix(PREFIX), frame)
    kind, _, path = spec.partition(":")
    if kind not in BY_PATH:
        data = _registered(spec)
        if frame not in ("auto", data.frame):
            raise InputError(
                "data.frame = {frame}: the pictures of {data} are {own}; set auto, or use "
                "pictures of your own as data.",
                frame=frame, data=spec, own=data.frame,
            )  # fmt: skip
        return data
    if not path or not path.isprintable():
        raise InputError(
            "{spec!r}: after {kind}: write the path of the pictures, in printable characters.",
            spec=spec, kind=kind,
        )  # fmt: skip
    from rnndemo.data.sources.folders import LOADERS

    return LOADERS[kind](Path(path), "ink" if frame == "auto" else frame)


@loaded_once(len(SOURCES))
def _registered(name: str) -> DataSet:
    if name == SCENES:
        raise InputError(
            "Scenes show several digits, but single pictures are needed here: choose another data "
            "set. For scenes there are the page Scenes and the commands scenes, train, predict and "
            "evaluate."
        )
    if name not in SOURCES:
        known = [*SOURCES, *(f"{kind}:PATH" for kind in BY_PATH), f"{PREFIX}ID"]
        raise InputError(
            "There is no data set named {name!r}; choose one of {known}.",
            name=name, known=", ".join(known),
        )  # fmt: skip
    return SOURCES[name]()
