"""Write scenes as a folder of pictures with annotations in COCO's form.

The same scenes become the same bytes. `rnndemo.data.files.coco` reads such a folder.
"""

from __future__ import annotations

import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from rnndemo.data.files.coco import ANNOTATIONS
from rnndemo.data.files.coco_masks import encoded
from rnndemo.data.scenes.compose import Composer
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.data.scenes.scene import NOTHING, Scenes
from rnndemo.data.sets import DataSet
from rnndemo.errors import N_, InputError
from rnndemo.storage.files import as_input_error

AT_ONCE = 1_000  # scenes, so that memory is bounded
PICTURE = "{:06}.png"


def write_scenes(folder: Path, glyphs: DataSet, kind: str, count: int, seed: int) -> int:
    """Write scenes of the test part of `glyphs` into a new folder; return their number of digits.

    It is written beside its place and renamed: it is whole or not there.

    Parameters
    ----------
    folder : Path
        Not there yet, or empty.
    kind : str
        A name in `SCENES`.

    Raises
    ------
    InputError
        If the folder holds something, or cannot be written.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise InputError(
            "{folder} is there already; name a new folder for the scenes.", folder=folder
        )
    fresh = folder.resolve().with_name(f".{folder.resolve().name}.{os.getpid()}.new")
    composer = Composer(SCENES[kind], glyphs.test)
    generator = torch.Generator().manual_seed(seed)
    coco = _Coco(glyphs.classes)
    message = N_(
        "{folder} cannot be written ({reason}); choose a place with room where you may write."
    )
    with as_input_error(message, folder=folder):
        try:
            fresh.mkdir(parents=True)
            for start in range(0, count, AT_ONCE):
                coco.add(fresh, composer.scenes(min(AT_ONCE, count - start), generator))
            text = json.dumps(coco.content, separators=(",", ":")) + "\n"
            (fresh / ANNOTATIONS).write_text(text, encoding="utf-8")
            fresh.replace(folder.resolve())
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return len(coco.content["annotations"])


class _Coco:
    """Annotations that grow with each batch of scenes."""

    def __init__(self, classes: tuple[str, ...]) -> None:
        self.classes = classes
        self.content: dict[str, list[dict[str, Any]]] = {
            "images": [],
            "annotations": [],
            "categories": [{"id": n + 1, "name": label} for n, label in enumerate(classes)],
        }

    def add(self, folder: Path, scenes: Scenes) -> None:
        """Write the pictures of scenes, and note what is true of them."""
        height, width = scenes.size
        images, annotations = self.content["images"], self.content["annotations"]
        numbers = scenes.numbers()
        for place, picture in enumerate(scenes.images.numpy()):
            name = PICTURE.format(len(images) + 1)
            content = io.BytesIO()
            Image.fromarray(picture).save(content, "PNG")
            (folder / name).write_bytes(content.getvalue())
            images.append({
                "id": len(images) + 1, "file_name": name, "width": width, "height": height,
                "number": " ".join(self.classes[label] for label in numbers[place]),
            })  # fmt: skip
            owners = scenes.owners[place].numpy()
            for number, label in enumerate(scenes.labels[place].tolist()):
                if label != NOTHING:
                    left, top, right, bottom = scenes.boxes[place, number].tolist()
                    mask = owners == number
                    annotations.append({
                        "id": len(annotations) + 1, "image_id": len(images),
                        "category_id": label + 1, "iscrowd": 0, "area": int(mask.sum()),
                        "bbox": [left, top, right - left, bottom - top],
                        "segmentation": {"counts": encoded(mask), "size": [height, width]},
                    })  # fmt: skip
