"""What a visitor's session remembers: language, the model that answers, the drawing.

Streamlit forgets a widget when the page changes, unless its `persist_state` is "session".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st
import torch
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rnndemo.data.frames.seen import Seen
from rnndemo.data.frames.strokes import Strokes
from rnndemo.data.frames.table import FRAMES
from rnndemo.errors import N_, InputError
from rnndemo.languages import LANGUAGES, plural_translator, translator
from rnndemo.models.store import Model, load_cached, load_model, shipped_names
from rnndemo.plots.look.theme import Look
from rnndemo.presets import DEFAULT_MODEL
from rnndemo.reading import percent as written
from rnndemo.reading import wording
from rnndemo.training.runs import Run
from rnndemo.ui.shell import url
from rnndemo.ui.shell.clock import apart, time_text
from rnndemo.ui.shell.i18n import translate_error
from rnndemo.ui.shell.visitor import is_of_scenes, own_picture_models, run_folder, visitor
from rnndemo.ui.shell.visitor import note as note_visit

LANGUAGE = "language_select"  # the widget in the head of the page
_MODEL, _DRAWING, _NOTICES = "model", "drawing", "notices"
_LANGUAGE_OF_RUN = "rowbyrow_language"

MAX_OWN = 20  # trained models that are offered, the newest
SHOWN = 40  # letters of a name from a link that are shown
_MARKUP = re.compile(r"([\\`*_\[\]()!<>#$~|:])")
_LIST = re.compile(r"^(\s*\d*)([-+.])")  # "1. roof" would begin a list

MODEL_NAMES = {
    "digits-lstm": N_("LSTM · remembers with gates"),
    "digits-gru": N_("GRU · fewer gates"),
    "digits-rnn": N_("Simple RNN · no gates"),
    "digits-cnn": N_("CNN · sees the picture at once"),
    "digits-hard": N_("LSTM, hardened · harder to fool"),
    "gestures-lstm": N_("Gestures · reads the picture, row by row"),
    "gestures-strokes": N_("Gestures · follows the pen, point by point"),
}


@dataclass(frozen=True, eq=False)
class Drawing:
    """What a person gave, which all pages use.

    Parameters
    ----------
    given : list of ndarray, or ndarray
        Pen strokes, or a picture, float ``(H, W)`` in [0, 1].
    caption : str
        Where it comes from, an English message to translate.
    answer : str
        The true class where it is known (a test picture), else "".
    board : float, optional
        Side of the board on which strokes were drawn.
    framed : bool, default False
        Whether a picture is from a data set, and so already as networks of its size see it.
    place : tuple, optional
        Of a test picture: the name of its data set, and its number there.
    """

    given: Strokes | np.ndarray
    caption: str
    answer: str = ""
    board: float | None = None
    framed: bool = False
    place: tuple[str, int] = ("", 0)
    _seen: dict[str, Seen] = field(default_factory=dict, repr=False)

    def truth(self, classes: Sequence[str]) -> str:
        """Return the true class where it is known and one of `classes`, else ""."""
        return self.answer if self.answer in classes else ""

    def seen(self, name: str) -> Seen:
        """Return what a network with the frame `name` sees, and the steps that led there.

        Raises
        ------
        InputError
            If nothing is drawn, or the frame takes no strokes, or no pictures.
        """
        if name not in self._seen:
            frame = FRAMES[name]
            if isinstance(self.given, list):
                self._seen[name] = frame.from_strokes(self.given, self.board)
            elif self.framed and self.given.shape == frame.size:
                self._seen[name] = Seen.after(as_is=self.given)
            else:
                self._seen[name] = frame.from_picture(self.given)
        return self._seen[name]


@st.cache_resource
def _one_thread_each() -> None:
    """Let every visitor's reading run on one thread.

    One picture is too small to split, and the threads of a whole class would wait for each other
    at every timestep.
    """
    torch.set_num_threads(1)


def start() -> None:
    """Begin a run of the app: take language and model from the URL."""
    _one_thread_each()
    run = get_script_run_ctx(suppress_warning=True)
    vars(run).pop(_LANGUAGE_OF_RUN, None)
    note_visit()
    in_chinese = (st.context.locale or "").lower().startswith("zh")  # the browser
    st.session_state.setdefault(LANGUAGE, "zh" if in_chinese else "en")
    url.start(*LINK)
    setattr(run, _LANGUAGE_OF_RUN, language())


def started() -> bool:
    """Return whether `start` has run in this session."""
    return LANGUAGE in st.session_state


def _set_language(code: str) -> None:
    if code not in LANGUAGES:
        note(
            InputError(
                "There is no language {code!r} here; this is English instead.", code=code[:SHOWN]
            )
        )
        code = "en"
    st.session_state[LANGUAGE] = code


def _available_model() -> str:
    """Return the name of the model that answers; if it does not exist, choose the default."""
    name, names = model_name(), shipped_names()
    default = DEFAULT_MODEL if DEFAULT_MODEL in names else names[0] if names else ""
    if names and name not in names and (problem := _useless(name, default)):
        note(problem)
        set_model(default)
    return model_name()


def _useless(name: str, default: str) -> InputError | None:
    """Return why no run `name` can answer here, so that `default` does; None if it can."""
    if run_folder(name) is None:
        return InputError(
            "There is no model {name!r} here; {default} answers instead.",
            name=name[:SHOWN], default=default,
        )  # fmt: skip
    if is_of_scenes(visitor().find(name)):
        return InputError(
            "The model {name!r} reads scenes, on the page Scenes; {default} answers here instead.",
            name=name[:SHOWN], default=default,
        )  # fmt: skip
    return None


def forget_widgets(prefix: str) -> None:
    """Let the widgets whose keys begin with `prefix` begin anew."""
    for key in [key for key in st.session_state if str(key).startswith(prefix)]:
        del st.session_state[key]


def language() -> str:
    """Return the code of the visitor's language, a key of `LANGUAGES`.

    A run of a page asks for it more than a hundred times, and it stays the same from `start` on.
    """
    known = getattr(get_script_run_ctx(suppress_warning=True), _LANGUAGE_OF_RUN, None)
    return str(known or st.session_state.get(LANGUAGE, "en"))


def _(message: str) -> str:
    """Return `message` in the visitor's language."""
    return translator(language())(message)


def _n(singular: str, plural: str, count: int) -> str:
    """Return the message for a count of things, in the visitor's language."""
    return plural_translator(language())(singular, plural, count)


def pair(name: str, value: object) -> str:
    """Return a name and its value, for example "Layers: 2", as the visitor's language writes it."""
    return wording.pair(name, value, _)


def listed(names: Iterable[str]) -> str:
    """Return names side by side, as the visitor's language writes them."""
    return wording.listed(names, _)


def paragraph(*sentences: str) -> str:
    """Return sentences as one text, as the visitor's language puts them side by side."""
    return wording.paragraph(sentences, _)


def class_names(classes: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a network's classes in the visitor's language."""
    return wording.class_names(classes, _)


def class_name(label: str, classes: Sequence[str]) -> str:
    """Return the name of one of a network's classes in the visitor's language."""
    return wording.class_name(label, classes, _)


def plain(text: str) -> str:
    """Return a text, for example the name of a class, with its Markdown escaped."""
    return _LIST.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", text))


def percent(share: float, digits: int) -> str:
    """Return a share in per cent, as the visitor's language writes it."""
    return written.percent(share, digits, _)


def sure(probability: float) -> str:
    """Return how sure a network is, in per cent."""
    return written.sureness(probability, _)


def look() -> Look:
    """Return theme and language of the visitor's page, for what is drawn on it."""
    return Look(st.context.theme.type == "dark", translator(language()))


def model_name() -> str:
    """Return the name of the model that answers."""
    return str(st.session_state.get(_MODEL, DEFAULT_MODEL))


def set_model(name: str) -> None:
    """Remember the model that answers."""
    st.session_state[_MODEL] = name


LINK = (
    url.parameter("lang", _set_language, language),
    url.parameter("model", set_model, _available_model),
)


def model() -> Model:
    """Return the model that answers; if it is damaged, say so and let another one answer."""
    chosen = model_name()
    own = run_folder(chosen) if chosen not in shipped_names() else None
    if own is not None:
        with errors_to(warn):
            return load_cached(own)
    for name in sorted(shipped_names(), key=lambda name: name != chosen):
        with errors_to(warn):
            return load_model(name)
    warn(InputError("No model can be read; restore assets/models from the project's archive."))
    return st.stop()


def model_named(name: str) -> Model:
    """Return a shipped or trained model; raise an `InputError` if it cannot be read."""
    if name in shipped_names():
        return load_model(name)
    return load_cached(visitor().find(name).folder)


def drawing() -> Drawing | None:
    """Return the visitor's drawing, or None before there is one."""
    return st.session_state.get(_DRAWING)


def seen_by(model: Model, drawing: Drawing | None) -> Seen | None:
    """Return what `model` sees of a drawing; if it cannot read it, say why and return None."""
    if drawing is not None:
        with errors_to(warn):
            return drawing.seen(model.frame)
    return None


def set_drawing(value: Drawing | None) -> None:
    """Remember the drawing for all pages."""
    st.session_state[_DRAWING] = value


def warn(error: InputError) -> None:
    """Show what was wrong and what to do, in the visitor's language.

    A link or a file may have put anything into it: markup in it stays plain text.
    """
    st.warning(plain(translate_error(error, _)), icon=":material/info:")


def warn_of(message: str, values: Mapping[str, Any]) -> None:
    """Show why a job failed, if `message` says so; what follows keeps its place either way."""
    with st.container():
        if message:
            warn(InputError(message, **values))


@dataclass
class errors_to:
    """A ``with`` block that an `InputError` ends: it goes to `say`, mostly `warn` or `note`."""

    say: Callable[[InputError], object]

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: object, _trace: object) -> bool:
        if isinstance(error, InputError):
            self.say(error)
            return True
        return False


def note(error: InputError) -> None:
    """Store a notice until the head of the page is drawn next."""
    st.session_state.setdefault(_NOTICES, []).append(error)


def show_notices() -> None:
    """Show the notices that a link or a control left, once."""
    # in a container: without one, what follows would move up and be redrawn when they go
    with st.container():
        for notice in st.session_state.pop(_NOTICES, []):
            warn(notice)


def model_label(name: str) -> str:
    """Return the label of a model, shipped or trained; an unknown name stays as it is."""
    if name in MODEL_NAMES:
        return _(MODEL_NAMES[name])
    with suppress(InputError):
        return title_of(visitor().find(name))
    return name


def model_names() -> dict[str, str]:
    """Return the models to choose from, name -> label: shipped ones, then trained ones."""
    names = {name: model_label(name) for name in shipped_names()}
    return names | labels_of(own_picture_models()[:MAX_OWN], model_name(), names)


def labels_of(own: Iterable[Run], chosen: str, known: Collection[str]) -> dict[str, str]:
    """Return the labels of the visitor's `own` runs, and of the one `chosen` if it is a run."""
    runs = {run.name: run for run in own}
    if chosen not in known and chosen not in runs and run_folder(chosen) is not None:
        runs[chosen] = visitor().find(chosen)
    text = {True: _("Yours: {title}"), False: _("Someone else's: {name}")}
    return apart(
        {
            name: text[run.own].format(title=title_of(run), name=title_of(run))
            for name, run in runs.items()
        },
        {name: run.made for name, run in runs.items()},
    )


def title_of(run: Run) -> str:
    """Return a run's title; without one, when it was made."""
    return str(run.about["title"]) or _("Run of {time}").format(time=time_text(run.made))


def model_select() -> None:
    """Draw the choice of the model that answers, on every page that has one."""
    labels = model_names()
    if not labels:
        return
    names = list(labels)
    chosen = model_name()
    st.selectbox(
        _("Who reads?"),
        names,
        index=names.index(chosen) if chosen in names else 0,
        format_func=lambda name: labels.get(name, str(name)),
        key="model_select",
        help=_(
            "Networks for digits and gestures, and those that you train yourself. Try the same "
            "drawing with each."
        ),
        on_change=lambda: set_model(st.session_state["model_select"]),
    )


def choose_model(name: str) -> None:
    """Let another model answer, as if it were chosen in `model_select`; for callbacks."""
    st.session_state["model_select"] = name
    set_model(name)
