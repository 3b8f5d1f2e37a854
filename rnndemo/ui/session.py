"""What a visitor's session remembers: language, theme, the model that answers, the drawing.

Streamlit forgets widgets and query parameters when the page changes, so what is to last lies
under keys of our own, and `start` writes it back into the URL on every page.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
import torch

from rnndemo.data.preprocess import Seen
from rnndemo.errors import InputError
from rnndemo.models.store import Model, load_model, shipped_names
from rnndemo.registry import DEFAULT_MODEL
from rnndemo.ui.i18n import LANGUAGES, N_, translate_error, translator

_LANGUAGE, _MODEL, _DRAWING = "kept_language", "kept_model", "kept_drawing"


@dataclass(frozen=True)
class Drawing:
    """The picture that all pages talk about.

    Parameters
    ----------
    seen : Seen
        What the network sees, with the steps that led there.
    caption : str
        Where it comes from, an English message to translate.
    answer : str
        The true class where it is known (a test picture), else "".
    """

    seen: Seen
    caption: str
    answer: str = ""


@st.cache_resource
def _one_thread_each() -> None:
    """Let every visitor's reading run on one thread.

    One picture is too small to share out, and the spinning threads of a whole class would wait
    for each other at every timestep.
    """
    torch.set_num_threads(1)


def start() -> None:
    """Take language and model from the URL, or put the remembered ones back into it."""
    _one_thread_each()
    asked = st.query_params.get("lang", st.session_state.get(_LANGUAGE, _browser_language()))
    st.session_state[_LANGUAGE] = asked if asked in LANGUAGES else "en"
    name = st.query_params.get("model", st.session_state.get(_MODEL, DEFAULT_MODEL))
    if name not in shipped_names():
        st.session_state["notice"] = InputError(
            "The link names a model {name!r} that is not here; {default} answers instead.",
            name=name, default=DEFAULT_MODEL,
        )  # fmt: skip
        name = DEFAULT_MODEL
    st.session_state[_MODEL] = name
    publish()


def started() -> bool:
    """Tell whether `start` has run in this session."""
    return _LANGUAGE in st.session_state


def publish() -> None:
    """Write the remembered choices into the URL."""
    st.query_params["lang"] = language()
    st.query_params["model"] = st.session_state[_MODEL]


def _browser_language() -> str:
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def language() -> str:
    """Return the code of the visitor's language, a key of `LANGUAGES`."""
    return st.session_state.get(_LANGUAGE, "en")


def set_language(code: str) -> None:
    """Remember the language and put it into the URL."""
    st.session_state[_LANGUAGE] = code
    publish()


def _(message: str) -> str:
    """Return `message` in the visitor's language."""
    return translator(language())(message)


def dark() -> bool:
    """Tell whether the page is shown on a dark ground."""
    return st.context.theme.type == "dark"


def model_name() -> str:
    """Return the name of the model that answers."""
    return st.session_state.get(_MODEL, DEFAULT_MODEL)


def set_model(name: str) -> None:
    """Remember the model and put it into the URL."""
    st.session_state[_MODEL] = name
    publish()


def model() -> Model:
    """Return the model that answers; where it is damaged, say so and let another answer."""
    chosen = model_name()
    for name in [chosen, *(other for other in shipped_names() if other != chosen)]:
        try:
            return load_model(name)
        except InputError as error:
            warn(error)
    return st.stop()


def drawing() -> Drawing | None:
    """Return the visitor's drawing, or None before there is one."""
    return st.session_state.get(_DRAWING)


def set_drawing(value: Drawing | None) -> None:
    """Remember the drawing for all pages."""
    st.session_state[_DRAWING] = value


def warn(error: InputError) -> None:
    """Show what was wrong and what to do, in the visitor's language."""
    st.warning(translate_error(error, _), icon=":material/info:")


def show_notice() -> None:
    """Show the notice that a link or an action left, once."""
    notice = st.session_state.pop("notice", None)
    if notice is not None:
        warn(notice)


MODEL_NAMES = {
    "digits-lstm": N_("LSTM · remembers with gates"),
    "digits-gru": N_("GRU · gates, but fewer"),
    "digits-rnn": N_("Simple RNN · no gates"),
}


def model_select() -> None:
    """Draw the choice of the model that answers, on every page that has one."""
    names = shipped_names()
    labels = {name: _(MODEL_NAMES.get(name, name)) for name in names}
    st.selectbox(
        _("Who reads?"),
        names,
        index=names.index(model_name()),
        format_func=lambda name: labels.get(name, str(name)),
        key="model_select",
        help=_("Three networks, trained on the same digits. Try the same drawing with each."),
        on_change=lambda: set_model(st.session_state["model_select"]),
    )
