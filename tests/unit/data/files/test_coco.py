from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnndemo.data.files import coco
from rnndemo.data.files.coco import read_coco
from rnndemo.errors import InputError
from tests.scene_files import CLASSES, HEIGHT, WIDTH, annotated, annotation, folder_of

IMAGE = annotated()["images"][0]


def test_a_folder_says_what_is_true(tmp_path: Path) -> None:
    runs = {"counts": [0, HEIGHT, (WIDTH - 1) * HEIGHT], "size": [HEIGHT, WIDTH]}
    content = annotated(
        images=[{**IMAGE, "number": "3 1"}],
        annotations=[
            annotation(bbox=[-2, 3, 4, 50], segmentation=runs),
            annotation(id="x", category_id=1, segmentation=[[8, 2, 12, 2, 12, 6, 8, 6]]),
            annotation(id=9, iscrowd=1, category_id=2),
        ],
    )
    (picture,) = read_coco(folder_of(tmp_path / "a", content), CLASSES)
    first, second = picture.objects
    assert (first.label, first.box) == ("3", (0, 3, 2, HEIGHT))  # cut at the border
    assert (second.label, picture.number) == ("1", ("3", "1"))
    mask = picture.mask(CLASSES)
    assert mask is not None
    assert (mask[:, 0] == 3).all()
    assert (mask[4, 8], mask[4, 14]) == (1, coco.NOTHING)
    assert read_coco(tmp_path / "a" / "annotations.json", CLASSES)[0].path == picture.path


def test_without_segmentation_there_is_no_mask(tmp_path: Path) -> None:
    (picture,) = read_coco(folder_of(tmp_path / "a", annotated()), CLASSES)
    assert picture.mask(CLASSES) is None
    assert picture.number is None


WRONG: list[tuple[Any, str]] = [
    ("{", "is not valid JSON"),
    ("[" * 100_000, "is not valid JSON"),
    ("[]", "this is no COCO file"),
    (annotated(images=[]), "names no pictures"),
    (annotated(images=None), "images must be a list"),
    (annotated(annotations=[1]), "annotations must be a list"),
    (annotated(images=[{**IMAGE, "id": None}]), "image at place 1 has no id"),
    (annotated(images=[IMAGE, IMAGE]), "two of the images have the id 1"),
    (annotated(annotations=[annotation()] * 2), "two of the annotations have the id 7"),
    (annotated(images=[{**IMAGE, "width": 10**9}]), "picture 1 must have width and height"),
    (annotated(images=[{**IMAGE, "height": True}]), "picture 1 must have width and height"),
    (annotated(images=[{**IMAGE, "file_name": "b.png"}]), "not in the folder: b.png"),
    (annotated(images=[{**IMAGE, "file_name": "b" * 999}]), "not in the folder: bbb"),
    (annotated(images=[{**IMAGE, "file_name": "../a.png"}]), "leads out of the folder"),
    (annotated(images=[{**IMAGE, "file_name": "/etc/passwd"}]), "leads out of the folder"),
    (annotated(images=[{**IMAGE, "file_name": "C:\\a.png"}]), "leads out of the folder"),
    (annotated(images=[{**IMAGE, "file_name": "a\0.png"}]), "must have a file_name"),
    (annotated(images=[{**IMAGE, "file_name": "\ud800"}]), "must have a file_name"),
    (annotated(images=[{**IMAGE, "number": 37}]), 'must be a text such as "3 7 1"'),
    (annotated(images=[{**IMAGE, "number": "3 x"}]), "in its number, 'x' is none of the model's"),
    (annotated(categories=[]), "annotation 7: its category_id 3 is not among"),
    (annotated(categories=[{"id": 3}]), "category 3 has no name"),
    (annotated(categories=[{"id": 3, "name": "cat"}]), "annotation 7: its class 'cat' is none"),
    (annotated(annotations=[annotation(image_id=5)]), "annotation 7: its image_id 5 is that of no"),
    (annotated(annotations=[annotation(bbox=[1, 2, 3])]), "bbox must be four numbers"),
    (annotated(annotations=[annotation(bbox=[1, 2, 3, float("nan")])]), "must be four numbers"),
    (annotated(annotations=[annotation(bbox=[1, 2, 0, 3])]), "annotation 7: its bbox .* no size"),
    (annotated(annotations=[annotation(bbox=[99, 2, 3, 3])]), "annotation 7: .* outside"),
    (annotated(annotations=[annotation(bbox=[-9, 2, 9, 3])]), "annotation 7: .* outside"),
    (annotated(annotations=[annotation(segmentation="x")]), "neither polygons nor"),
    (annotated(annotations=[annotation(segmentation={"counts": "1"})]), "annotation 7: .* size"),
    (annotated(annotations=[annotation(id=n) for n in range(10_000)]), "10,000 annotations"),
]


@pytest.mark.parametrize(("content", "said"), WRONG, ids=[said for _, said in WRONG])
def test_a_fault_is_one_sentence_that_names_it(tmp_path: Path, content: Any, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_coco(folder_of(tmp_path / "a", content), CLASSES)
    assert len(str(caught.value)) < 400


def test_links_are_not_followed(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "a", annotated(images=[{**IMAGE, "file_name": "in/b.png"}]))
    (tmp_path / "b.png").write_bytes((folder / "a.png").read_bytes())
    (folder / "in").symlink_to(tmp_path)
    with pytest.raises(InputError, match="is a link"):
        read_coco(folder, CLASSES)


def test_many_masks_on_a_large_picture_are_refused(tmp_path: Path) -> None:
    size = 12_000
    runs = {"counts": [size * size], "size": [size, size]}
    content = annotated(
        images=[{**IMAGE, "width": size, "height": size}],
        annotations=[annotation(id=n, segmentation=runs) for n in range(9)],
    )
    with pytest.raises(InputError, match="fewer with masks on large pictures"):
        read_coco(folder_of(tmp_path / "a", content), CLASSES)


def test_too_large_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coco, "MAX_BYTES", 100)
    with pytest.raises(InputError, match="share its pictures out"):
        read_coco(folder_of(tmp_path / "a", annotated()), CLASSES)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=4), part),
    max_leaves=8,
)


def changed(values: dict[str, Any]) -> dict[str, Any]:
    """Return annotations in which something else stands at a place."""
    content = json.loads(json.dumps(annotated()))
    for path, value in values.items():
        part, *rest = path.split(".")
        if rest:
            content[part][0][rest[0]] = value
        else:
            content[part] = value
    return content


PLACES = [
    "images", "annotations", "categories", "images.id", "images.file_name", "images.width",
    "images.height", "images.number", "annotations.id", "annotations.image_id", "annotations.bbox",
    "annotations.category_id", "annotations.segmentation", "annotations.iscrowd",
    "categories.id", "categories.name",
]  # fmt: skip


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(ANYTHING, st.sampled_from(PLACES).flatmap(
    lambda place: ANYTHING.map(lambda value: changed({place: value}))
)))  # fmt: skip
def test_no_content_is_a_traceback(tmp_path: Path, content: Any) -> None:
    try:
        for picture in read_coco(folder_of(tmp_path / "a", content), CLASSES):
            picture.mask(CLASSES)
    except InputError as problem:
        assert str(problem)
