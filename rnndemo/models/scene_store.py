"""Models that read scenes, as files: the same files as those of other models."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rnndemo.data.scenes.data import reads_scenes
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.errors import InputError
from rnndemo.models.scenes import SceneNetwork, build_scene_network
from rnndemo.models.store import SCENE, Parts, Stored, fitted, no_model, read_packed, read_parts
from rnndemo.storage.folders import ASSETS
from rnndemo.storage.names import CONFIG, WEIGHTS

SHIPPED = ASSETS / "scenes"
DEFAULT = "scenes-lstm"


@dataclass(frozen=True)
class SceneModel(Stored[SceneNetwork]):
    """A trained network that says what a scene shows."""

    frame: str = SCENE

    @property
    def same_digit(self) -> float:
        """The overlap of two boxes from which on they are of one digit, in such scenes."""
        return SCENES[self.config.scenes.kind].same_digit


def shipped_scene_names() -> list[str]:
    """Return the names of the models for scenes that ship with the product."""
    return sorted(path.parent.name for path in SHIPPED.glob(f"*/{WEIGHTS}"))


def is_scene_model(name: str) -> bool:
    """Return whether `name` is a shipped model for scenes, or the folder or packed file of one."""
    if name in shipped_scene_names():
        return True
    path = Path(name)
    try:
        if path.is_file():
            return reads_scenes(read_packed(path).config)
        return (path / WEIGHTS).is_file() and reads_scenes(read_parts(path).config)
    except (InputError, OSError, ValueError):
        return False


def load_scene_model(name: str) -> SceneModel:
    """Return the shipped model `name`, or the model in the folder or packed file `name`.

    Raises
    ------
    InputError
        If there is none, a file is missing or damaged, weights and configuration disagree, or it
        reads no scenes.
    """
    if name in shipped_scene_names():
        return load_cached_scene_model(SHIPPED / name)
    folder = Path(name)
    if folder.is_file():
        return _built(read_packed(folder))
    if not (folder / WEIGHTS).is_file() or not (folder / CONFIG).is_file():
        raise no_model(name, shipped_scene_names())
    return load_scene_folder(folder)


def load_cached_scene_model(folder: Path) -> SceneModel:
    """Return the model in `folder`, read again only when its weights have changed; as above."""
    try:
        changed = (folder / WEIGHTS).stat().st_mtime_ns
    except OSError:
        changed = 0
    return _load_version(folder, changed)


@lru_cache(maxsize=8)
def _load_version(folder: Path, changed: int) -> SceneModel:
    return load_scene_folder(folder)


def load_scene_folder(folder: Path) -> SceneModel:
    """Return the model in `folder`; raises as `load_scene_model` does."""
    return _built(read_parts(folder))


def _built(parts: Parts) -> SceneModel:
    if not reads_scenes(parts.config):
        raise InputError(
            "The model {name!r} reads one digit or gesture in a picture, not scenes.",
            name=parts.name,
        )
    network = fitted(parts, lambda: build_scene_network(parts.config, len(parts.classes)))
    return SceneModel(
        parts.name, parts.config, network, parts.classes, parts.image_size, parts.card
    )
