"""Every reader of what a person, a browser or a damaged disk may hold, with samples to change."""

from __future__ import annotations

import gzip
import json
import shutil
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from rnndemo import codec
from rnndemo.comparison.classical.files import load_classical
from rnndemo.comparison.results import load as load_comparison
from rnndemo.config import RunConfig
from rnndemo.data.drawn.gestures import template_of
from rnndemo.data.files.drawings import read_drawings
from rnndemo.data.files.pictures import open_picture
from rnndemo.data.frames.compact import from_text, to_text
from rnndemo.data.frames.strokes import strokes_from_canvas
from rnndemo.data.frames.table import FRAMES
from rnndemo.data.load import load as load_data
from rnndemo.data.own.examples import EXAMPLES, photographed
from rnndemo.data.own.files import unpack
from rnndemo.data.own.shelf import OwnSets
from rnndemo.data.sources.folders import load_npz
from rnndemo.errors import InputError
from rnndemo.evaluation.examination import TestReport
from rnndemo.jobs.outcome import read_outcome
from rnndemo.models.store import load_folder
from rnndemo.plots.look.theme import Look
from rnndemo.plots.training import curves
from rnndemo.plots.training.alive import alive_of
from rnndemo.reactions import log as gesture_log
from rnndemo.reactions import table as reactions
from rnndemo.reading.answers import answer
from rnndemo.reading.traces import Trace
from rnndemo.storage import names
from rnndemo.storage.files import read_given
from rnndemo.storage.log import EventReader
from rnndemo.sweeps import space_file
from rnndemo.sweeps.analysis.tables import learning_curve
from rnndemo.sweeps.questions import QUESTIONS
from rnndemo.sweeps.study import look as look_at_study
from rnndemo.training.checkpoint import load_checkpoint
from rnndemo.training.history import History
from rnndemo.training.requests import values_of
from rnndemo.training.state import read_state
from rnndemo.training.trainer import Trainer
from rnndemo.ui.components.burst import photographs
from rnndemo.ui.drawing.ink import Ink
from tests import mutations
from tests.mutations import Rng
from tests.own import drawing, photograph
from tests.pictures import encoded, seven

WRITTEN = Path(__file__).parent / "written"
LOOK = Look()

Change = Callable[[bytes, Rng], bytes]
Read = Callable[[bytes, Path], Any]


@dataclass(frozen=True)
class Reader:
    """A reader: what it takes, how that is changed, and what reads it in an empty folder."""

    samples: Callable[[], list[bytes]]
    change: Change
    read: Read


# --- pictures and drawings --------------------------------------------------------------------


def pictures(*kinds: str) -> list[bytes]:
    deep = Image.fromarray(np.asarray(seven()).astype(np.uint16) * 257)
    exif = Image.Exif()
    exif[0x112] = 6
    every = {
        "PNG": [encoded(seven()), encoded(seven().convert("RGBA")), encoded(deep),
                encoded(seven().quantize(4), transparency=0), encoded(seven().convert("1"))],
        "JPEG": [encoded(seven().convert(mode), "JPEG", progressive=slow, exif=exif)
                 for mode in ("L", "RGB", "CMYK") for slow in (False, True)],
        "WEBP": [encoded(seven().convert("RGBA"), "WEBP", lossless=whole) for whole in (0, 1)],
        "BMP": [encoded(seven().convert(mode), "BMP") for mode in ("1", "L", "RGB", "P")],
    }  # fmt: skip
    return [content for kind in kinds for content in every[kind]]


def see(content: bytes) -> None:
    grey = open_picture(content)
    for frame in FRAMES.values():
        if frame.takes_pictures:
            frame.from_picture(grey)


def in_file(name: str, read: Callable[[Path], Any]) -> Read:
    """Return what lays content into a file, and reads that."""

    def laid(content: bytes, folder: Path) -> Any:
        (folder / name).write_bytes(content)
        return read(folder / name)

    return laid


def lines() -> list[bytes]:
    strokes = [stroke.tolist() for stroke in template_of("star")]
    drawings = [{"label": str(k), "strokes": strokes} for k in range(3)]
    return ["".join(json.dumps(one) + "\n" for one in drawings).encode()]


def packed_lines(content: bytes, rng: Rng) -> bytes:
    inner = gzip.compress(mutations.changed_lines(gzip.decompress(content), rng))
    bomb = gzip.compress(bytes(30_000_000)) if rng.random() < 0.05 else inner
    return mutations.changed_bytes(bomb, rng) if rng.random() < 0.4 else bomb


def arrays() -> list[bytes]:
    images = np.stack([np.asarray(seven(28, 28, pen=3))] * 9)
    labels = np.arange(9) % 3
    return [mutations.npz(images=images, labels=labels.astype(kind)) for kind in ("i8", "U2")]


def own_zip(kind: str) -> list[bytes]:
    make: Callable[[int], bytes] = photograph
    if kind == "drawn":
        make = partial(drawing, "tick")
    suffix = EXAMPLES[kind].suffix
    about = {
        "format": "row-by-row-set", "schema": 1, "name": "Mine", "kind": kind,
        "classes": [{"name": name, "examples": 2} for name in ("a", "b")],
    }  # fmt: skip
    members = {f"{k:02}/{n:02}{suffix}": make(k + n) for k in (1, 2) for n in (1, 2)}
    return [mutations.zipped({"manifest.json": json.dumps(about).encode(), **members})]


def pictures_zip() -> list[bytes]:
    members = {f"{name}/{k}.png": photograph(k) for name in ("fist", "palm") for k in (1, 2)}
    return [mutations.zipped(members)]


def changed_set(content: bytes, rng: Rng) -> bytes:
    def inner(inside: bytes, rng: Rng) -> bytes:
        change = mutations.changed_json if inside[:1] in b"{[" else mutations.changed_png
        return change(inside, rng) if inside else inside

    return mutations.changed_zip(content, rng, inner)


# --- messages and links -----------------------------------------------------------------------


def board_messages() -> list[bytes]:
    path = [["M", 1, 2], ["Q", 3, 4, 50, 60], ["Q", 50, 60, 90, 20], ["L", 90, 200]]
    strokes = [{"type": "path", "path": path, "number": k, "strokeWidth": 8} for k in (1, 2)]
    added = [{"number": 1, "about": "tick", "strokes": strokes}]
    return [json.dumps({"strokes": strokes, "added": added}).encode()]


def sent_by_board(content: bytes, folder: Path) -> None:
    try:
        sent = json.loads(content)
    except (ValueError, RecursionError):
        return  # Streamlit's own reader
    ink = Ink()
    if isinstance(sent, Mapping):
        ink.receive(sent)
    if ink.problem is not None:
        raise ink.problem
    for one in (ink.objects, *(one.get("strokes") for one in ink.handed_in())):
        strokes = strokes_from_canvas(one)
        for frame in FRAMES.values():
            if frame.takes_strokes:
                frame.from_strokes(strokes, 308.0)


def sent_by_camera(content: bytes, folder: Path) -> None:
    try:
        sent = json.loads(content)
    except (ValueError, RecursionError):
        return
    for one in photographs(sent, 10):
        photographed(one)


def as_link(content: bytes, folder: Path) -> None:
    strokes, board = from_text(content.decode("latin-1"))
    FRAMES["ink"].from_strokes(strokes, board)


def as_query(content: bytes, folder: Path) -> None:
    try:
        query = json.loads(content)
    except (ValueError, RecursionError):
        return
    if isinstance(query, dict):
        codec.from_query({str(name): str(value) for name, value in query.items()})


# --- what is stored ---------------------------------------------------------------------------


def written(*parts: str) -> list[bytes]:
    return [WRITTEN.joinpath(*parts).read_bytes()]


def beside(parts: str, file: str, read: Callable[[Path], Any]) -> Read:
    """Return what lays content in the place of one file of a folder, and reads the folder."""

    def laid(content: bytes, folder: Path) -> Any:
        for one in (WRITTEN / parts).iterdir():
            if one.is_file() and one.name != file and not (folder / one.name).exists():
                shutil.copyfile(one, folder / one.name)
        (folder / file).write_bytes(content)
        return read(folder)

    return laid


def draw_history(folder: Path) -> None:
    history = History(folder).update()
    lines = [
        *curves.learning("loss", history, {}, LOOK, ""),
        *curves.learning("accuracy", history, {}, LOOK, ""),
        *curves.gradient_by_timestep(history, {}, LOOK),
        *curves.gradient_size(history, {}, LOOK),
        *curves.learning_rate(history, LOOK),
    ]
    for event in history.histograms[-1:]:
        for kind in ("weights", "activations"):
            lines += curves.spread(event, kind, LOOK) if kind in event else []
    alive_of(history)
    curves.smoothed(lines)
    for last in history.steps[-1:]:
        f"{last['loss']:.4f} {last['lr']:.2g} {last['progress']:.0%}"
    history.seconds_left(), history.throughput(), history.validation_pictures
    if history.damaged:
        raise InputError("Lines that cannot be read: {count}.", count=history.damaged)


def model_of(folder: Path) -> None:
    model = load_folder(folder)
    answer(model, np.zeros(model.image_size, np.float32))


@cache
def trainer() -> Trainer:
    config = codec.from_json(json.loads((WRITTEN / "run" / names.CONFIG).read_text()))
    return Trainer(config, load_data("digits"))


def requests_of(folder: Path) -> None:
    for event in EventReader(folder / names.CONTROLS).new():
        values_of(RunConfig(), event)


def gestures() -> list[bytes]:
    event = {"time": "2026-11-28T15:00:00.000+00:00", "gesture": "star", "probability": 0.98,
             "reader": "x", "stage": "slides", "reaction": "next", "why_not": ""}  # fmt: skip
    return [(json.dumps(event) + "\n").encode() * 5]


def spaces() -> list[bytes]:
    return [
        json.dumps(space_file.to_json(one.space)).encode() for one in list(QUESTIONS.values())[:4]
    ]


RUN, STUDY, PEERS = "run", "study", "comparison"
AS_JSON, AS_LINES, AS_BYTES = (
    mutations.changed_json, mutations.changed_lines, mutations.changed_bytes,
)  # fmt: skip


def changed_archive(content: bytes, rng: Rng) -> bytes:
    return mutations.changed_zip(content, rng, mutations.changed_npy)


def stored(parts: str, file: str, change: Change, read: Callable[[Path], Any]) -> Reader:
    return Reader(partial(written, *parts.split("/"), file), change, beside(parts, file, read))


READERS: dict[str, Reader] = {
    "PNG": Reader(partial(pictures, "PNG"), mutations.changed_png, lambda c, _: see(c)),
    "JPEG": Reader(partial(pictures, "JPEG"), AS_BYTES, lambda c, _: see(c)),
    "WebP": Reader(partial(pictures, "WEBP"), AS_BYTES, lambda c, _: see(c)),
    "BMP": Reader(partial(pictures, "BMP"), AS_BYTES, lambda c, _: see(c)),
    "npz": Reader(arrays, changed_archive, in_file("x.npz", read_drawings)),
    "npz, to learn": Reader(
        arrays, changed_archive, in_file("x.npz", lambda path: load_npz(path, "ink"))
    ),
    "jsonl": Reader(lines, AS_LINES, in_file("x.jsonl", read_drawings)),
    "jsonl.gz": Reader(
        lambda: [gzip.compress(lines()[0])], packed_lines, in_file("x.jsonl.gz", read_drawings)
    ),
    "set of drawings": Reader(
        partial(own_zip, "drawn"), changed_set, lambda c, _: unpack(c, "x.zip")
    ),
    "set of photographs": Reader(
        partial(own_zip, "photographed"), changed_set, lambda c, _: unpack(c, "x.zip")
    ),
    "zip of pictures": Reader(pictures_zip, changed_set, lambda c, _: unpack(c, "x.zip")),
    "message of a board": Reader(board_messages, AS_JSON, sent_by_board),
    "message of a camera": Reader(
        lambda: [json.dumps([b64encode(photograph(1, kind="JPEG")).decode()]).encode()],
        AS_JSON, sent_by_camera,
    ),
    "link: drawing": Reader(
        lambda: [to_text([100 * one for one in template_of("star")], 308.0).encode()],
        AS_BYTES, as_link,
    ),
    "link: settings": Reader(
        lambda: [json.dumps({"model.cell": "gru", "training.lr": "0.01", "seed": "3"}).encode()],
        AS_JSON, as_query,
    ),
    "settings": Reader(
        lambda: [json.dumps(codec.to_json(RunConfig())).encode()], AS_JSON,
        in_file("x.json", lambda path: codec.from_json(read_given(path, 1_000_000))),
    ),
    "search space": Reader(spaces, AS_JSON, in_file("x.json", space_file.read_space)),
    "table of reactions": Reader(
        lambda: [json.dumps(reactions.to_json(reactions.Table())).encode()], AS_JSON,
        in_file(reactions.FILE, lambda path: reactions.load(path.parent)),
    ),
    "log of gestures": Reader(
        gestures, AS_LINES,
        in_file(gesture_log.EVENTS, lambda path: gesture_log.last_events(path.parent, 20)),
    ),
    "run: events": stored(RUN, names.EVENTS, AS_LINES, draw_history),
    "run: requests": stored(RUN, names.CONTROLS, AS_LINES, requests_of),
    "run: state": stored(RUN, names.STATE, AS_JSON, read_state),
    "run: config": stored(RUN, names.CONFIG, AS_JSON, model_of),
    "run: card": stored(RUN, names.CARD, AS_JSON, model_of),
    "run: weights": stored(RUN, names.WEIGHTS, mutations.changed_tensors, model_of),
    "run: checkpoint": stored(
        RUN, names.CHECKPOINT, mutations.changed_tensors,
        lambda folder: load_checkpoint(folder, trainer()),
    ),
    "run: test report": stored(
        RUN, names.REPORT, changed_archive, lambda folder: TestReport.load(folder / names.REPORT)
    ),
    "trace": Reader(partial(written, "trace.npz"), changed_archive, in_file("t.npz", Trace.load)),
    "set: manifest": stored(
        "set-drawings", "manifest.json", AS_JSON, lambda folder: OwnSets._open(folder, True)
    ),
    "study: space": stored(STUDY, "sweep.json", AS_JSON, look_at_study),
    "study: journal": stored(STUDY, "journal.log", AS_LINES, look_at_study),
    "study: outcome": stored(
        STUDY, "outcome.json", AS_JSON, lambda folder: read_outcome(folder / "outcome.json")
    ),
    "study: learning curve": stored(RUN, names.EVENTS, AS_LINES, learning_curve),
    "comparison: table": stored(PEERS, "comparison.json", AS_JSON, load_comparison),
    "comparison: answers": stored(PEERS, "answers.npz", changed_archive, load_comparison),
    "comparison: SVM": stored(
        f"{PEERS}/peers/svm", "classical.safetensors", mutations.changed_tensors, load_classical
    ),
}  # fmt: skip


def content_of(reader: Reader, rng: Rng) -> bytes:
    """Return a sample of a reader, changed."""
    return reader.change(rng.choice(reader.samples()), rng)


def outcome_of(reader: Reader, content: bytes, folder: Path) -> str:
    """Return "accepted" or "refused"; any other error is raised."""
    try:
        reader.read(content, folder)
    except InputError:
        return "refused"
    return "accepted"
