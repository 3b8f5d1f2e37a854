"""The part Attack: how small a change turns the answer, and what a defence brings back."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnndemo.data.sets import DIGITS
from rnndemo.errors import N_, InputError
from rnndemo.evaluation.report import wilson_interval
from rnndemo.hardening.attacks import ATTACKS
from rnndemo.hardening.attacks.norms import NORMS
from rnndemo.hardening.defences import DEFENCES
from rnndemo.hardening.drawing import Attacked
from rnndemo.models.store import Model, shipped_names
from rnndemo.plots.robustness.pictures import PicturePanel, answered, changed_by, picture_row
from rnndemo.plots.robustness.rows import each_row_alone, odds_by_row
from rnndemo.reading.answers import Answer
from rnndemo.ui.robustness.readings import (
    attacked_drawing,
    attacked_rows,
    behind,
    control_of,
    distances_of,
    left_of,
    odds_of,
    price,
    rows_head,
    said,
    show,
    tip_mark,
)
from rnndemo.ui.shell.session import class_name, class_names, paragraph, percent, sure
from rnndemo.ui.shell.steps import _, look
from rnndemo.ui.shell.widgets import choice

NONE = "none"
MEASURES = {"linf": N_("each pixel, L∞"), "l2": N_("all together, L2")}
# whether an attack changes one row alone -> norm -> the largest ε, the first one, its step
RANGES = {
    False: {"linf": (0.5, 0.1, 0.01), "l2": (6.0, 1.5, 0.1)},
    True: {"linf": (1.0, 1.0, 0.02), "l2": (6.0, 3.0, 0.1)},
}


def attack_part(model: Model, image: np.ndarray, _truth: str) -> None:
    """Draw the attack on a drawing, float ``(H, W)``."""
    attack, norm, epsilon = _settings()
    found = attacked_drawing(model, image, attack, norm, epsilon)
    control = control_of(model, found, attack, norm, epsilon)
    with st.container(key="attack_result"):
        st.html(picture_row(_pictures(model, found, control, attack, norm)))
        st.markdown(verdict(model, found, control, attack))
    defence = _defence(model, found, (attack, norm, epsilon))
    _rows(model, found, control, attack, defence)
    with st.container():
        if attack == "row":
            _each_row(model, found, norm, epsilon)


def _settings() -> tuple[str, str, float]:
    """Draw what is attacked and how strongly; return attack, norm and ε."""
    with st.container(horizontal=True, key="attack_settings"):
        visible = {"label_visibility": "visible", "width": "content"}
        names = {name: one.label for name, one in ATTACKS.items()}
        attack = choice("attack_kind", _("Attack"), names, default="pgd", **visible)
        norm = choice("attack_norm", _("Measured by"), MEASURES, default="linf", **visible)
        with st.container(width=260):
            most, first, step = RANGES[attack == "row"][norm]
            epsilon = st.slider(
                _("Size of the change, ε"), 0.0, most, first, step,
                key=f"attack_epsilon_{'row_' if attack == 'row' else ''}{norm}",
                persist_state="session",
            )  # fmt: skip
    st.caption(
        paragraph(
            _("{name}: {text}.").format(
                name=_(ATTACKS[attack].label), text=_(ATTACKS[attack].text)
            ),
            _(NORMS[norm].text),
        )
    )
    return attack, norm, float(epsilon)


def _pictures(
    model: Model, found: Attacked, control: Attacked, attack: str, norm: str
) -> list[list[PicturePanel | str]]:
    names = class_names(model.classes)
    size = _("at most {size} a pixel") if norm == "linf" else _("length {size}")
    before = answered(_("the drawing"), found.picture, found.before, names, look())
    change = changed_by(
        _("the change"), found.difference, size.format(size=f"{found.size:.2f}"), look()
    )
    mark = tip_mark(found.tips, len(found.after.rows))
    after = answered(_("attacked"), found.changed, found.after, names, look(), mark)
    groups: list[list[PicturePanel | str]] = [[before, "+", change, "=", after]]
    if attack != "noise":
        groups.append(
            [answered(control_name(attack), control.changed, control.after, names, look())]
        )
    return groups


def control_name(attack: str) -> str:
    """Return what stands beside an attack for comparison."""
    return _("noise in that row") if attack == "row" else _("noise of the same size")


def verdict(model: Model, found: Attacked, control: Attacked, attack: str) -> str:
    """Return sentences on what the attack has done, and what noise of that size does."""
    values = {
        "before": said(found.before, model), "after": said(found.after, model), "row": found.tips,
        "first": sure(found.before.probability),
        "left": sure(left_of(found.before, found.after)),
    }  # fmt: skip
    parts = []
    if found.fooled:
        parts.append(_("The answer turns from {before} to {after}: it tips at row {row}."))
    else:
        parts.append(_("The answer stays {before}: {first} sure before, {left} after."))
    if found.after.rejected:
        parts.append(_("“?” means: so unsure that the network would rather not answer."))
    if attack != "noise":
        parts.append(_control_said(found, control, attack))
    return paragraph(*parts).format(**values)


def _control_said(found: Attacked, control: Attacked, attack: str) -> str:
    row = attack == "row"
    if control.fooled:
        as_well = _("Noise in that row turns it as well.")
        return as_well if row else _("Noise of the same size turns it as well.")
    if not found.fooled:
        return ""
    return _("Noise in that row does not.") if row else _("Noise of the same size does not.")


# --- defences -------------------------------------------------------------------------------------

HIDES = N_(
    "This defence hides gradients: an attack that only follows them stands still, which proves "
    "nothing. So the attack goes straight through it here."
)
FOLLOWS = N_("The attack made anew knows this defence, and follows its gradient.")


def _defence(
    model: Model, found: Attacked, settings: tuple[str, str, float]
) -> tuple[str, Answer] | None:
    """Draw the choice of a defence and what it brings back; return its name and the answer."""
    names = {NONE: N_("none")} | {name: one.label for name, one in DEFENCES.items()}
    label = _("Defence: what is done to the picture before the network reads it")
    defence = choice("attack_defence", label, names, default=NONE, label_visibility="visible")
    with st.container(key="attack_defended"):
        if defence == NONE:
            return None
        again = attacked_drawing(model, found.picture, *settings, defence)
        clean, same = (behind(model, one, defence) for one in (found.picture, found.changed))
        seen = behind(model, again.changed, defence)[0]
        noise = settings[0] == "noise"  # which knows no defence
        parts = {_("the drawing, defended"): clean, _("attacked, then defended"): same}
        if not noise:
            parts[_("attacked anew, through the defence")] = seen, again.after
        classes = class_names(model.classes)
        shown = [answered(title, *part, classes, look()) for title, part in parts.items()]
        st.html(picture_row([shown]))
        st.markdown(_defence_said(model, found, clean[1], same[1], None if noise else again.after))
        knows = HIDES if DEFENCES[defence].hides_gradients else FOLLOWS
        st.caption(paragraph(_priced(model, defence), "" if noise else _(knows)))
        if model.classes == DIGITS and model.name in shipped_names():
            st.code(f"python -m benchmarks defences {model.name}", language="bash")
    return _(DEFENCES[defence].label), same[1]


def _priced(model: Model, defence: str) -> str:
    """Return in a sentence what a defence costs where nobody attacks."""
    text = _(
        "Its price on {n} test pictures that nobody attacks: {right} are read right (95 % interval "
        "{low} to {high}) instead of {before}, and a reading takes {times} times as long."
    )
    try:
        found = price(model, defence)
    except InputError:  # the test pictures are gone, and with them nothing but this sentence
        return ""
    low, high = wilson_interval(found.right, found.n)
    return text.format(
        n=found.n, right=percent(found.right / found.n, 1), low=percent(low, 1),
        high=percent(high, 1),
        before=percent(found.right_before / found.n, 1),
        times=f"{found.seconds / found.seconds_before:.1f}",
    )  # fmt: skip


def _defence_said(
    model: Model, found: Attacked, clean: Answer, same: Answer, again: Answer | None
) -> str:
    """Return sentences on what a defence brings back, and at what price."""
    first, parts = found.before.label, []
    if clean.label != first:
        parts.append(_("Its price: without any attack, this drawing is now read as {clean}."))
    if not found.fooled:
        parts.append(_("The answer had not turned, so there is nothing to bring back."))
    elif same.label != first:
        parts.append(_("It does not bring the answer back."))
    elif again is None:
        parts.append(_("It brings {first} back."))
    elif again.label == first:
        parts.append(
            _("It brings {first} back, and an attack that knows it does not get through either.")
        )
    else:
        parts.append(
            _("It brings {first} back, until the attacker knows it: then the answer is {again}.")
        )
    if found.fooled and same.label == first and same.rejected:
        parts.append(_("“?” means: so unsure that the network would rather not answer."))
    return paragraph(*parts).format(
        first=said(found.before, model), clean=said(clean, model), again=said(again or same, model)
    )


# --- row by row -----------------------------------------------------------------------------------


def _rows(
    model: Model, found: Attacked, control: Attacked, attack: str,
    defended: tuple[str, Answer] | None,
) -> None:  # fmt: skip
    rows_head(model, found.leaves if found.size else None)
    answers = {_("as drawn"): found.before, _("attacked"): found.after}
    if attack != "noise":
        answers[control_name(attack)] = control.after
    away = distances_of(found.before, {name: answers[name] for name in [*answers][1:]})
    if defended is not None:
        answers[_("attacked, {defence}").format(defence=defended[0])] = defended[1]
    label = int(found.before.probabilities.argmax())
    figure = odds_by_row(
        odds_of(answers, label),
        away,
        class_name(found.before.label, model.classes), found.tips, look(),
    )  # fmt: skip
    show(figure, "attack_rows")


def _each_row(model: Model, found: Attacked, norm: str, epsilon: float) -> None:
    st.header(_("Which row alone turns it?"), anchor="each-row")
    with st.spinner(_("Every row is attacked …")):
        rows = attacked_rows(model, found.picture, norm, epsilon)
    names = dict(zip(model.classes, class_names(model.classes), strict=True))
    show(each_row_alone(rows, names[found.before.label], names, look()), "attack_each_row")
