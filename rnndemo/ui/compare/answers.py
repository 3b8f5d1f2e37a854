"""The first part of the page Compare: the same drawing, answered by all at once."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from rnndemo.comparison.answerers import Answerer, occlusion
from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import Comparison
from rnndemo.data.sets import ImageSet
from rnndemo.errors import InputError
from rnndemo.plots.compare.cards import PeerAnswer, cards, map_limit, scale_bar, votes
from rnndemo.plots.compare.charts import title_of
from rnndemo.plots.look.pictures import thumbnail
from rnndemo.reading.threads import in_kept_thread
from rnndemo.ui.compare import results
from rnndemo.ui.compare.own_runs import own_answerers, stamp_of
from rnndemo.ui.compare.results import Stamp, answerers
from rnndemo.ui.drawing import sources
from rnndemo.ui.drawing.example import TestPictures, example
from rnndemo.ui.shell.session import (
    Drawing,
    _,
    _n,
    class_name,
    class_names,
    errors_to,
    listed,
    look,
    paragraph,
    plain,
    warn,
)
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import switch


@st.fragment
def same_drawing(of: Stamp, comparison: Comparison, test: ImageSet | None) -> None:
    """Draw the board and every peer's answer."""
    st.header(_("One drawing, answered by all methods"), anchor="answers")
    left, right = st.columns([0.4, 0.6], gap="large")
    with left:
        drawing = sources.drawing_input(partial(_tests, of, comparison))
    with right, st.container(key="compare_answers"), errors_to(warn):
        with st.container():
            if drawing is None and test is not None:
                drawing = example(_tests(of, comparison))
        if drawing is not None:
            _answers(of, comparison, drawing)


def _tests(of: Stamp, comparison: Comparison) -> TestPictures:
    """Return the test pictures of a comparison; raise an `InputError` if they are gone."""
    about = comparison.about
    return TestPictures(results.test_pictures(of), about.classes, about.data)


def _answers(of: Stamp, comparison: Comparison, drawing: Drawing) -> None:
    classes, seen = comparison.about.classes, drawing.seen(comparison.about.frame).image
    names, truth = class_names(classes), class_name(drawing.truth(classes), classes)
    with st.container(horizontal=True, vertical_alignment="center", key="compare_said"):
        st.html(thumbnail(seen, _("what all of them see")), width="content")
        verdict = st.container()
    about = _(
        "Covers one square of the drawing after another and asks every method again: about a "
        "second."
    )
    looks = switch(_("What does each look at?"), "compare_looks", about)
    with st.container():
        said = _ask_all(of, comparison, seen, looks)
    if said:
        verdict.markdown(_verdict(said, names, truth))
        # where all are shown, their place is kept until the browser has what draws them
        with st.container(key="compare_all_cards" if len(said) >= len(PEERS) else "compare_cards"):
            st.html(cards(said, names, seen, look()))
    with st.container():
        if said and looks:
            _explain_maps(said)
    st.caption(
        _(
            "The percentages say how sure each method is: those of networks and SVMs are "
            "calibrated on validation pictures, that is, fitted to how often the answer is right; "
            "that of nearest neighbours is its share of the votes."
        )
    )


def _explain_maps(said: list[PeerAnswer]) -> None:
    st.caption(
        _(
            "Orange: with this place covered, it is less sure of its answer, so it looks "
            "there. Blue: with this place covered, it would be surer. A pale map: no single "
            "place matters much. The colours mean the same for all methods."
        )
    )
    st.html(scale_bar(map_limit(said), look()))


def _ask_all(of: Stamp, comparison: Comparison, image: np.ndarray, looks: bool) -> list[PeerAnswer]:
    """Return each peer's answer to ``image (H, W)`` in [0, 1]; name those that cannot answer."""
    own, picture = own_answerers(comparison), np.rint(image * 255).astype(np.uint8)
    said, silent = [], []
    for row in comparison.rows:
        try:
            peer = own[row.name] if row.name in own else answerers(of)[row.name]
            stamp = stamp_of(visitor().find(row.name).folder) if row.name in own else of
        except InputError:
            silent.append(title_of(row, look()))
            continue
        odds = in_kept_thread(peer.probabilities)(picture[None])[0]
        seen = _map((row.name, *stamp), peer, picture) if looks else None
        said.append(PeerAnswer(row, odds, seen))
    if silent:
        warn(
            InputError(
                "These methods cannot be loaded, so they give no answer: {names}. Measure "
                "again with the button at the end of the page.",
                names=listed(silent),
            )
        )
    return said


@st.cache_data(max_entries=200, show_spinner=False)
def _map(peer: tuple[str, str, int], _answerer: Answerer, picture: np.ndarray) -> np.ndarray:
    return in_kept_thread(occlusion)(_answerer, picture)


def _verdict(said: list[PeerAnswer], names: tuple[str, ...], truth: str) -> str:
    """Return sentences on which peers agree."""
    (best, those), *others = votes(said)
    if others:
        text = _n(
            "{votes} of {count} methods answers **{answer}**.",
            "{votes} of {count} methods answer **{answer}**.",
            len(those),
        )
    else:
        text = _n(
            "The only method answers **{answer}**.",
            "All {count} methods answer **{answer}**.",
            len(said),
        )
    parts = [text.format(votes=len(those), count=len(said), answer=plain(names[best]))]
    if others:  # no sentence begins with an answer: "… answer 7. 9 is …" would read as 7.9
        text = _("{names}: **{answer}**")
        others_said = [
            text.format(
                names=listed(plain(title_of(one.row, look())) for one in group),
                answer=plain(names[k]),
            )
            for k, group in others
        ]
        parts.append(_("Other answers: {answers}.").format(answers=_("; ").join(others_said)))
    if truth:
        parts.append(_("The correct answer is {truth}.").format(truth=plain(truth)))
    return paragraph(*parts)
