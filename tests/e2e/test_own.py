"""A person names classes of their own, shows examples, trains a network and is understood."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from rnndemo.data.own.shelf import MANIFEST, OwnSets
from rnndemo.training.runs import Runs
from tests.browser import DESKTOP, watched
from tests.e2e.people import open_page, press, settle, steady
from tests.own import SHAPES, drawn_set, photograph, photographed_set

pytestmark = pytest.mark.usefixtures("no_worker_left")

Known = Callable[[Page, str], Runs]

CANVAS, TRY = "own_canvas", "own_try_canvas"
LABEL, STATUS = ".st-key-own_label", ".st-key-own_status"
EXAMPLES = ".st-key-own_gallery img"
# one whose files were just taken stays, hidden, until the page has run
UPLOADER = ".stFileUploader:visible input[type=file]"


def open_own(page: Page, address: str, lang: str = "en") -> None:
    open_page(page, f"{address}/gestures?part=own&lang={lang}")
    expect(page.get_by_role("heading", name=re.compile("^1 · "))).to_be_visible()


def draw_shape(page: Page, board: str, shape: str, seed: int) -> None:
    """Draw one of the shapes with the mouse, somewhere on the board."""
    draw_on(page, f".st-key-{board} canvas.upper-canvas", shape, seed)


def draw_on(page: Page, board: str, shape: str, seed: int) -> None:
    canvas = page.locator(board)
    canvas.scroll_into_view_if_needed()
    left, top, width = steady(canvas)
    rng = np.random.default_rng(seed)
    corners = (
        np.array(SHAPES[shape]) / 9 * 0.5 + rng.uniform(0.15, 0.3) + rng.normal(0, 0.02, (3, 2))
    )
    points = np.array([left, top]) + corners * width
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=8)
    page.mouse.up()


def add_class(page: Page, name: str) -> None:
    page.get_by_label("Name of a new class").fill(name)
    press(page, "own_class_add")
    expect(page.get_by_text(f"{name} · 0 (needs 5 to 50)")).to_be_visible()


def add_drawing(page: Page, shape: str, number: int) -> None:
    draw_shape(page, CANVAS, shape, number)
    expect(page.locator(EXAMPLES)).to_have_count(number)
    expect(page.locator(".st-key-own_clear button")).to_be_disabled()


def shelf_of(visitor: Runs) -> OwnSets:
    return OwnSets(visitor.folder.name)


def test_own_marks_are_recorded_trained_and_recognised(
    page: Page, address: str, browser: Browser, tmp_path: Path
) -> None:
    open_own(page, address)
    page.get_by_label("Name of the set").fill("my signs")
    press(page, "own_create")
    for shape in ("tick", "roof"):
        add_class(page, shape)
        for number in range(1, 6):
            add_drawing(page, shape, number)
    expect(page.get_by_text("roof · 5 (needs 5 to 50)")).to_be_visible()

    expect(page.locator(STATUS)).to_contain_text("done")  # it starts by itself
    expect(page.locator(".st-key-own_accuracy")).to_contain_text(re.compile(r"\d+ %"))
    for seed, shape in enumerate(("tick", "roof", "tick")):
        draw_shape(page, TRY, shape, 100 + seed)
        expect(page.locator(LABEL)).to_have_text(shape)
        press(page, "own_try_clear")
        expect(page.locator(LABEL)).to_have_text("?")

    with page.expect_download() as begun:  # it goes with them, and answers without the app
        press(page, "own_take")
    file = tmp_path / "signs.html"
    begun.value.save_as(file)
    with watched(browser.new_context(**DESKTOP, locale="en-US", offline=True)) as alone:
        alone.goto(file.as_uri())
        draw_on(alone, "#board", "tick", 100)
        expect(alone.locator(".reading")).to_have_attribute("data-state", "lifted")
        expect(alone.locator("#answer")).to_have_text("tick")

    page.reload()  # nothing is lost
    expect(page.locator(STATUS)).to_contain_text("done")
    expect(page.get_by_text("tick · 5 (needs 5 to 50)")).to_be_visible()
    press(page, "own_details")
    expect(page.locator(".st-key-train_status")).to_contain_text("done")
    assert "data.name=set" in page.url


def test_set_survives_download_deletion_and_upload(
    page: Page, address: str, known_as: Known, tmp_path: Path
) -> None:
    shelf = shelf_of(known_as(page, "s" * 32))
    before = drawn_set(shelf, 5)
    open_own(page, address)
    expect(page.locator(EXAMPLES)).to_have_count(5)
    with page.expect_download() as download:
        press(page, "own_download")
    file = tmp_path / "set.zip"
    download.value.save_as(file)

    page.get_by_role("button", name="This set").click()
    press(page, "own_delete_set")
    expect(page.get_by_text("Set deleted.")).to_be_visible()
    assert shelf.all() == []
    page.locator(UPLOADER).set_input_files(file)
    expect(page.locator(EXAMPLES)).to_have_count(5)
    (after,) = shelf.all()
    assert after.id != before.id
    assert after.content.name == "my signs"
    for old, new in zip(before.content.classes, after.content.classes, strict=True):
        assert old.name == new.name
        assert [before_file(shelf, before.id, one) for one in old.examples] == [
            after.read(one) for one in new.examples
        ]


def before_file(shelf: OwnSets, name: str, example: str) -> bytes:
    return (shelf.trash / name / f"{example}.json").read_bytes()


def zipped(members: dict[str, bytes], classes: list[dict[str, object]]) -> bytes:
    about = {"format": "row-by-row-set", "schema": 1, "name": "x", "kind": "drawn"}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(MANIFEST, json.dumps({**about, "classes": classes}))
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


ONE = [{"name": "a", "examples": 1}]
HOSTILE = {
    "bomb": (zipped({"01/01.json": b" " * 30_000_000}, ONE), "01/01.json is larger than 200 kB"),
    "path": (zipped({"../../evil.json": b"[]"}, ONE), "points outside its folder"),
    "classes": (
        zipped({}, [{"name": f"{k}", "examples": 1} for k in range(10_000)]),
        "The file contains 10000 classes; a set has 1 to 20.",
    ),
    "empty": (zipped({}, [{"name": "a", "examples": 0}]), "The class a in the file is empty."),
    "text": (b"no zip at all", "This is not a .zip file, whatever its name says."),
}


def test_hostile_file_is_refused_in_a_sentence(page: Page, address: str, known_as: Known) -> None:
    shelf = shelf_of(known_as(page, "h" * 32))
    open_own(page, address)
    for content, said in HOSTILE.values():
        page.locator(UPLOADER).set_input_files(
            {"name": "set.zip", "mimeType": "application/zip", "buffer": content}
        )
        expect(page.locator(".stAlert")).to_contain_text(said)
        expect(page.locator(".stAlert")).to_have_count(1)
        settle(page)
    assert shelf.all() == []


def test_bad_example_is_deleted_and_comes_back(page: Page, address: str, known_as: Known) -> None:
    shelf = shelf_of(known_as(page, "d" * 32))
    own_set = drawn_set(shelf, 3)
    second = own_set.content.find("tick").examples[1]
    open_own(page, address)
    press(page, f"own_delete_{second}")
    expect(page.locator(EXAMPLES)).to_have_count(2)
    expect(page.get_by_text("tick · 2 (needs 5 to 50)")).to_be_visible()
    page.reload()
    press(page, "own_undo")
    expect(page.locator(EXAMPLES)).to_have_count(3)
    assert shelf.find(own_set.id).content.find("tick").examples[1] == second


def test_hands_are_photographed_and_dropped(page: Page, address: str, known_as: Known) -> None:
    shelf = shelf_of(known_as(page, "p" * 32))
    open_own(page, address)
    expect(page.locator(".st-key-own_hands")).to_contain_text("without a licence")
    press(page, "own_hands_begin")
    expect(page.get_by_text("open hand · 0 (needs 5 to 50)")).to_be_visible()

    take = page.get_by_test_id("burst-take")
    take.click()
    expect(page.get_by_test_id("burst")).to_have_attribute("data-state", "ready")
    take.click()
    expect(page.locator(EXAMPLES)).to_have_count(10)

    page.get_by_text("fist · 0 (needs 5 to 50)").click()
    expect(page.get_by_role("heading", name="Examples of fist")).to_be_visible()
    pictures = [
        {"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": photograph(seed, kind="JPEG")}
        for seed in range(6)
    ]
    broken = {"name": "x.png", "mimeType": "image/png", "buffer": b"no picture"}
    page.locator(UPLOADER).set_input_files([*pictures, broken])
    expect(page.locator(EXAMPLES)).to_have_count(6)
    expect(page.locator(".stAlert")).to_contain_text("not a PNG, JPEG, WebP or BMP picture")
    (own_set,) = shelf.all()
    assert [len(one.examples) for one in own_set.content.classes] == [10, 6]
    expect(page.locator(".st-key-own_train button")).to_be_enabled()


def test_pictures_dropped_while_others_are_taken_arrive(
    page: Page, address: str, known_as: Known
) -> None:
    shelf = shelf_of(known_as(page, "w" * 32))
    photographed_set(shelf, 6)
    open_own(page, address)
    expect(page.locator(EXAMPLES)).to_have_count(6)
    uploader = page.locator(UPLOADER).element_handle()
    assert uploader is not None
    for number in (1, 2):  # the second time it has been emptied: another one has its turn
        picture = photograph(number, kind="JPEG")
        uploader.set_input_files(
            [{"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": picture}]
        )
        expect(page.locator(EXAMPLES)).to_have_count(6 + number)
    expect(page.locator(UPLOADER)).to_have_count(1)


def test_photographs_are_trained_and_recognised(page: Page, address: str, known_as: Known) -> None:
    shelf = shelf_of(known_as(page, "q" * 32))
    photographed_set(shelf, 6)
    open_own(page, address)
    press(page, "own_train")
    expect(page.locator(STATUS)).to_contain_text("running · step")
    press(page, "own_stop")
    expect(page.locator(STATUS)).to_contain_text("stopped")
    uploader = page.locator(".st-key-own_try_file input[type=file]")
    uploader.set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": photograph(3)})
    expect(page.locator(".own-bars > div")).to_have_count(2)


def test_link_to_a_set_lets_others_look_and_copy(
    page: Page, stranger: Page, address: str, known_as: Known
) -> None:
    mine, yours = shelf_of(known_as(page, "m" * 32)), shelf_of(known_as(stranger, "y" * 32))
    own_set = drawn_set(mine, 5)
    open_page(stranger, f"{address}/gestures?part=own&lang=en&set={own_set.id}")
    expect(stranger.get_by_text("belongs to someone else")).to_be_visible()
    expect(stranger.locator(EXAMPLES)).to_have_count(5)
    expect(
        stranger.locator(".st-key-own_take_back, .st-key-own_delete_set, .st-key-own_class_add")
    ).to_have_count(0)
    press(stranger, "own_copy")
    expect(stranger.locator(".st-key-own_take_back")).to_be_visible()
    (copy,) = yours.all()
    assert copy.content.name == "my signs"
    assert [one.id for one in mine.all()] == [own_set.id]


def test_on_a_phone_nothing_lies_beside_the_page(
    phone: Page, address: str, known_as: Known
) -> None:
    drawn_set(shelf_of(known_as(phone, "f" * 32)), 12)
    open_own(phone, address, "zh")
    expect(phone.locator(EXAMPLES)).to_have_count(12)
    assert phone.evaluate("document.querySelector('.stMain').scrollWidth") == 390
