"""The names of gestures and reactions, and sentences on what a gesture has set off."""

from __future__ import annotations

from rnndemo.errors import N_
from rnndemo.reactions.react import (
    ACTED,
    COOLDOWN,
    NO_EFFECT,
    REJECTED,
    UNASSIGNED,
    ReactionOutcome,
)
from rnndemo.reactions.table import REACTIONS
from rnndemo.reading.wording import GESTURE_NAMES
from rnndemo.ui.shell.session import _

STAGES = {"slides": N_("Slides"), "board": N_("Drawing board")}

# why a gesture did or did not act -> the whole sentence, and in short for the log
SENTENCES = {
    ACTED: N_("{gesture} → {reaction}"),
    NO_EFFECT: N_("{gesture} → {reaction}: {vain}"),
    UNASSIGNED: N_("{gesture} → nothing assigned; choose a reaction in the table below"),
    COOLDOWN: N_("{gesture} → too soon: only one reaction in {cooldown} s"),
    REJECTED: N_("? → not understood, so nothing happens"),
}
SHORT = {
    NO_EFFECT: N_("nothing to do"),
    UNASSIGNED: N_("nothing assigned"),
    COOLDOWN: N_("too soon"),
    REJECTED: N_("not understood"),
}


def gesture_name(label: str) -> str:
    """Return the name of a class of gestures in the visitor's language."""
    return _(GESTURE_NAMES.get(label, label))


def reaction_name(key: str) -> str:
    """Return the name of a reaction in the visitor's language; an unknown key stays as it is."""
    reaction = REACTIONS.get(key.partition(".")[0], {}).get(key)
    return _(reaction.label) if reaction else key


def sentence(label: str, outcome: ReactionOutcome, cooldown: float) -> str:
    """Return a sentence on what a gesture of class `label` set off, or why nothing happened."""
    key = outcome.reaction
    vain = _(REACTIONS[outcome.stage.name][key].no_effect) if key else ""
    return _(SENTENCES[outcome.reason]).format(
        gesture=gesture_name(label),
        reaction=reaction_name(key or ""),
        vain=vain,
        cooldown=f"{cooldown:g}",
    )
