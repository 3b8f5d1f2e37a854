from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rnndemo.data.files.scenes import read_scenes
from rnndemo.errors import InputError
from tests.scene_files import CLASSES, annotated, annotation, folder_of

SIZE = (64, 96)  # of the board
PAPER, INK = 200, 30


def page(folder: Path, width: int = 900, height: int = 700) -> Path:
    """Write a picture of three bars on paper that is unevenly lit; return its path."""
    light = np.linspace(1, 0.8, width)[None] * np.ones((height, 1))
    grey = PAPER * light
    for left in (200, 400, 600):
        grey[250:400, left : left + 30] = INK
    Image.fromarray(grey.astype(np.uint8)).save(folder / "page.png")
    return folder / "page.png"


def test_a_page_becomes_a_board_and_boxes_find_back(tmp_path: Path) -> None:
    (scene,) = read_scenes(str(page(tmp_path)), SIZE, CLASSES)
    assert (scene.source, scene.size, scene.image.shape) == ("page.png", (900, 700), SIZE)
    assert scene.image.max() > 200
    assert np.median(scene.image) == 0
    columns = np.flatnonzero((scene.image > 128).any(0))
    rows = np.flatnonzero((scene.image > 128).any(1))
    box = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    assert scene.in_picture(box) == pytest.approx((200, 250, 630, 400), abs=12)
    assert scene.on_board(scene.in_picture(box)) == pytest.approx(box)


def test_a_board_is_taken_as_it_is(tmp_path: Path) -> None:
    board = np.zeros(SIZE, np.uint8)
    board[20:40, 30:33] = 77
    Image.fromarray(board).save(tmp_path / "board.png")
    np.savez(tmp_path / "boards.npz", images=np.stack([board, np.zeros_like(board)]))
    (scene,) = read_scenes(str(tmp_path / "board.png"), SIZE, CLASSES)
    first, second = read_scenes(str(tmp_path / "boards.npz"), SIZE, CLASSES)
    assert (scene.image == board).all()
    assert (first.image == board).all()
    assert not second.image.any()
    assert second.source == "boards.npz #2"
    assert scene.in_picture((-5, 1, 500, 7)) == (0, 1, 96, 7)


@pytest.mark.parametrize("value", [0, 255, 128])
def test_a_picture_without_ink_is_a_blank_board(tmp_path: Path, value: int) -> None:
    Image.fromarray(np.full((120, 90), value, np.uint8)).save(tmp_path / "a.png")
    (scene,) = read_scenes(str(tmp_path / "a.png"), SIZE, CLASSES)
    assert not scene.image.any()


def test_masks_of_the_truth_go_with_the_picture(tmp_path: Path) -> None:
    (scene,) = read_scenes(str(page(tmp_path)), SIZE, CLASSES)
    mask = np.full((700, 900), -1)
    mask[250:400, 200:230] = 4
    board = scene.mask_on_board(mask, -1)
    assert (board == 4).sum() == pytest.approx(30 * 150 * scene.scale[0] ** 2, rel=0.4)
    assert (scene.image[board == 4] > 60).mean() > 0.6


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"x", "scenes are read from a picture"),
        ("a.png", b"x", "a.png: This is not a PNG"),
        ("a.npz", b"x", "a.npz is incomplete"),
        ("gone.png", None, "gone.png"),
        ("gone.json", None, "cannot be read"),
    ],
)
def test_what_is_no_scene_is_refused(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_scenes(str(tmp_path / name), SIZE, CLASSES)


def test_a_folder_without_annotations_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a folder with an annotations.json"):
        read_scenes(str(tmp_path), SIZE, CLASSES)


def test_a_folder_whose_picture_has_another_size_or_is_damaged_is_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "a", annotated(annotations=[annotation()]), (30, 40))
    with pytest.raises(InputError, match="40 × 30 pixels, but its annotations are of .* 16 × 12"):
        read_scenes(str(folder), SIZE, CLASSES)
    (folder / "a.png").write_bytes(b"x")
    with pytest.raises(InputError, match=r"a\.png: This is not a PNG"):
        read_scenes(str(folder), SIZE, CLASSES)
