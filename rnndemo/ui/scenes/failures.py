"""Test scenes that a network reads wrongly, by what is special about them."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from html import escape

import streamlit as st
import torch

from rnndemo.data.scenes.compose import Composer
from rnndemo.data.scenes.data import TEST_SEED, SceneData, scene_data
from rnndemo.data.scenes.scene import Scenes
from rnndemo.evaluation.scene_failures import KINDS, SceneFailures, failures
from rnndemo.models.scene_answers import answers
from rnndemo.models.scene_store import SceneModel
from rnndemo.plots.scenes.figure import scene_picture
from rnndemo.reading.threads import in_kept_thread
from rnndemo.ui.scenes.sources import show_scene
from rnndemo.ui.server.memory import give_back
from rnndemo.ui.shell.kept import KeptWork
from rnndemo.ui.shell.session import _, errors_to, look, warn
from rnndemo.ui.shell.sets import load_offered

SHOWN = 4  # failures of a kind
LOOK_AGAIN = 1.0  # seconds
KEPT = 8  # models whose failures are remembered
READ, AT_ONCE = 250, 10  # scenes; few at once, so that the server stays small

Found = tuple[SceneFailures, Scenes]


def failures_section(model: SceneModel) -> None:
    """Draw what the network reads wrongly, and why; it is looked for beside the page."""
    st.header(_("What failed and why"), anchor="failed")
    with errors_to(warn):
        found = _looked_for(model).found
        every = None if found.done() else LOOK_AGAIN
        st.fragment(_section, run_every=every)(model, found, every is not None)


def _section(model: SceneModel, found: Future[Found], waiting: bool) -> None:
    with st.container(key="scene_failures"):
        if not found.done():
            st.caption(_("It reads test scenes, to see which it gets wrong …"))
        elif waiting:
            st.rerun()  # nothing more to wait for
        else:
            _shown(model, *found.result())


def _shown(model: SceneModel, found: SceneFailures, scenes: Scenes) -> None:
    text = _(
        "{wrong} of {count} test scenes are read wrongly: a digit is missing, too many, or taken "
        "for another. A scene may be in several groups."
    )
    st.markdown(text.format(wrong=len(found.wrong), count=found.n))
    if not found.wrong:
        return
    counts = {name: (len(found.of(name)), len(found.special[name])) for name in KINDS}
    kind = st.segmented_control(
        _("Group"), list(KINDS), default="overlap", required=True, key="scene_failed_kind",
        label_visibility="collapsed", persist_state="session",
        format_func=lambda name: _("{kind}: {wrong} of {all}").format(
            kind=_(KINDS[name][0]), wrong=counts[name][0], all=counts[name][1]
        ),
    )  # fmt: skip
    numbers = found.of(str(kind))[:SHOWN]
    if not numbers:
        st.caption(_("None of these is read wrongly."))
    for number, place in zip(numbers, st.columns(SHOWN), strict=False):
        with place:
            _failure(model, number, found, scenes)


def _failure(model: SceneModel, number: int, found: SceneFailures, scenes: Scenes) -> None:
    """Draw one failure: what is true, what the network says, and a button that opens it."""
    answer, picture = found.answers[number], scenes.images[number].numpy()
    truth = " ".join(model.classes[label] for label in scenes.numbers()[number])
    said = " ".join(model.classes[label] for label in answer.number) or "–"
    shows = _("It shows {number}.").format(number=truth)
    read = _("Read as {number}.").format(number=said)
    st.html(
        scene_picture(picture, answer, shows, look())
        + f'<p class="scene_failed">{escape(shows)}<br>{escape(read)}</p>'
    )
    if st.button(
        _("Open"), key=f"scene_failed_{number}", icon=":material/open_in_full:", type="tertiary",
        on_click=show_scene, args=(picture, truth),
    ):  # fmt: skip
        st.rerun()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "scene_failures")


class _Search:
    """The search for the failures of a model among the first test scenes.

    As long as it is remembered the model is, so that no other has its identity.
    """

    def __init__(self, model: SceneModel, data: SceneData) -> None:
        self.model = model
        self.found: Future[Found] = _pool().submit(self._find, data)

    def _find(self, data: SceneData) -> Found:
        generator = torch.Generator().manual_seed(TEST_SEED)
        scenes = Composer(data.kind, data.glyphs.test).scenes(READ, generator, AT_ONCE)
        read = in_kept_thread(answers)(self.model.network, scenes.images, data.kind.same_digit)
        found = failures(read, scenes)
        give_back()
        return found, scenes


_searches: KeptWork[_Search] = KeptWork("scene_failures_search", KEPT)


def _looked_for(model: SceneModel) -> _Search:
    def begin() -> _Search:
        return _Search(model, scene_data(model.config, load_offered(model.config.scenes.glyphs)))

    return _searches.of(id(model.network), begin)
