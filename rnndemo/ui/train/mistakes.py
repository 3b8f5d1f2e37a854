"""The worst mistakes on a page: pictures to pick, and how the answer came row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from rnndemo.data.scans import scan_table, to_sequence
from rnndemo.data.sets import ImageSet
from rnndemo.errors import N_
from rnndemo.evaluation.examination import TestReport
from rnndemo.models.store import Model
from rnndemo.plots.look.pictures import thumbnail
from rnndemo.plots.reading.answers import Option, row_by_row
from rnndemo.plots.report.texts import NO_MISTAKE, QUESTIONS, how_to_read
from rnndemo.reading.answers import decision_step
from rnndemo.reading.steps import kind_of, speaking_of
from rnndemo.ui.components.chart import draw_option
from rnndemo.ui.drawing.readouts import readout_at
from rnndemo.ui.shell.session import _, class_names, look, plain, sure

KEY = "train_report"  # begins the keys of all widgets of the report
PICKED = f"{KEY}_picked"

# chart -> its text alternative
ALTERNATIVES = {
    "confusion": N_("Table of true classes and answers: how many pictures of each"),
    "scores": N_("Bars: precision, recall and F1 of every class"),
    "calibration": N_("Points: how often answers are right against how sure they are"),
    "timesteps": N_("Line: accuracy against the timesteps read"),
    "mistakes": N_("The picture it got wrong, and the answer after each part of it"),
}

ONE_MISTAKE = N_(
    "The correct answer is {truth}, but it answered {answer} ({sure} sure). From row {line} "
    "on, the answer stayed the same (rows are numbered 0 to {last}). It never gave {truth} "
    "more than {most}."
)


def ask(name: str, examination: TestReport) -> None:
    """Draw a question of the test report, by its key in `QUESTIONS`, and how to read the answer."""
    st.subheader(_(QUESTIONS[name].title))
    st.markdown(how_to_read(name, examination, look()))


def chart(option: Option, name: str, height: int) -> None:
    """Draw a chart of the test report with its text alternative."""
    draw_option(option, f"{KEY}_{name}", height, _(ALTERNATIVES[name]))


def test_picture(examination: TestReport, test: ImageSet, place: int) -> str:
    """Return a test picture, HTML, with the words how sure the answer to it was."""
    said = sure(float(examination.confidences[place]))
    return thumbnail(test.images[place].numpy() / 255, _("{percent} sure").format(percent=said))


@st.fragment
def mistakes_part(model: Model, examination: TestReport, test: ImageSet) -> None:
    """Draw the worst mistakes as pictures to pick, and how the picked answer came row by row.

    `test` is empty if the pictures have changed since.
    """
    ask("mistakes", examination)
    mistakes = examination.mistakes.tolist()
    if not mistakes:
        st.success(_(NO_MISTAKE), icon=":material/check:")
    if not mistakes or not len(test):
        return
    if st.session_state.get(PICKED) not in mistakes:  # none yet, or one of an earlier report
        st.session_state[PICKED] = mistakes[0]
    with st.container(horizontal=True, key=f"{KEY}_worst"):
        for number in range(len(mistakes)):
            _mistake(class_names(model.classes), examination, test, number)
    _one_mistake(model, examination, test, mistakes.index(st.session_state[PICKED]))


def _mistake(classes: Sequence[str], examination: TestReport, test: ImageSet, number: int) -> None:
    """Draw one mistake with the button that picks it."""
    place = int(examination.mistakes[number])
    truth, answer = classes[examination.labels[place]], classes[examination.answers[place]]
    with st.container(width=84, gap="small"):
        st.html(test_picture(examination, test, place))
        st.button(
            f"{plain(truth)} → {plain(answer)}",
            key=f"{KEY}_mistake_{number}",
            type="primary" if place == st.session_state[PICKED] else "secondary",
            on_click=st.session_state.__setitem__,
            args=(PICKED, place),
        )


def _one_mistake(model: Model, examination: TestReport, test: ImageSet, number: int) -> None:
    """Draw the answer row by row, and say from which row on it was wrong."""
    place, rows = int(examination.mistakes[number]), examination.mistake_rows[number]
    decided = decision_step(rows)
    truth, names = int(examination.labels[place]), class_names(model.classes)
    said = _words(model, len(rows))
    text = said(ONE_MISTAKE).format(
        truth=plain(names[truth]),
        answer=plain(names[int(examination.answers[place])]),
        sure=sure(float(examination.confidences[place])),
        line=decided,
        last=len(rows) - 1,
        most=sure(float(rows[:, truth].max())),
    )
    st.markdown(text)
    image = test.images[place][None].float() / 255
    # in the order of reading, so that each line lies beside its readout
    lines = to_sequence(image, model.config.data.scan)[0].reshape(len(rows), -1).numpy()
    option = row_by_row(lines, rows, names, decided, look())
    chart(option, "mistakes", 430)
    readout_at(rows, names, said("Row"), f"{KEY}_mistake_row")


def _words(model: Model, lines: int) -> Callable[[str], str]:
    """Return a translator that calls the lines of a mistake what they are.

    Of a long sequence they are not its timesteps, but the ends of the picture's rows.
    """
    scan = model.config.data.scan
    whole = lines == len(scan_table(scan, *model.image_size))
    return speaking_of(kind_of(model.frame, scan) if whole else "row", _)
