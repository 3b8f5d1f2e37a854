"""Does pruning help against attacks? What was measured, in a sentence for each way to prune."""

from __future__ import annotations

import streamlit as st

from rnndemo.comparison.attacked import AttackedPeers, load_attacked
from rnndemo.comparison.attacked_pruned import ATTACK, EPSILON, FILE, NETWORK, UNITS, WEIGHTS
from rnndemo.comparison.measure import sign_and_size
from rnndemo.errors import N_
from rnndemo.evaluation.cards import machine_text
from rnndemo.storage.folders import ASSETS
from rnndemo.ui.shell.session import _, errors_to, percent, plain, warn

WAYS = {
    UNITS: N_("Without half of its hidden units"),
    WEIGHTS: N_("Without nine tenths of its weights"),
}
# whether the interval of the difference lies below 0, holds it, or lies above
VERDICTS = {
    -1: N_(
        "{way}, retrained: right on {share}; easier to fool, by {gap} percentage points (95 % "
        "interval {low} to {high})."
    ),
    0: N_(
        "{way}, retrained: right on {share}; a difference that may be chance (95 % interval {low} "
        "to {high} percentage points)."
    ),
    1: N_(
        "{way}, retrained: right on {share}; harder to fool, by {gap} percentage points (95 % "
        "interval {low} to {high})."
    ),
}


@st.cache_resource(max_entries=1, show_spinner=False)
def _shipped() -> AttackedPeers:
    return load_attacked(ASSETS / "comparison", FILE)


def attacked_section() -> None:
    """Draw whether pruned networks are harder to fool, with intervals and the command."""
    st.header(_("Does pruning help against attacks?"), anchor="pruned-attacked")
    with st.container(key="pruned_attacked"), errors_to(warn):
        found = _shipped()
        st.markdown("\n".join(f"- {line}" for line in said_of(found)))
        st.caption(
            _(
                "PGD changes every pixel by at most ε {size}, in {steps} steps. The LSTM of the "
                "page Compare, {seeds} trainings; {count} test pictures. The intervals are over "
                "trainings and pictures. {date}, {machine}; this command measures it again:"
            ).format(
                size=f"{EPSILON:g}", steps=found.steps, seeds=len(found.seeds),
                count=f"{found.n:,}", date=found.date,
                machine=plain(machine_text(found.machine, _)),
            )
        )  # fmt: skip
        st.code(found.command, language="bash", wrap_lines=True)


def said_of(found: AttackedPeers) -> list[str]:
    """Return a sentence on the whole network, and one on each way to prune it."""
    whole = percent(found.share(NETWORK, ATTACK, EPSILON)[0], 1)
    lines = [_("The whole network: under attack right on {share}.").format(share=whole)]
    for name, text in WAYS.items():
        sign, sizes = sign_and_size(*found.gap(name, NETWORK, ATTACK, EPSILON))
        gap, low, high = (f"{100 * one:.1f}" for one in sizes)
        share = percent(found.share(name, ATTACK, EPSILON)[0], 1)
        lines.append(
            _(VERDICTS[sign]).format(way=_(text), share=share, gap=gap, low=low, high=high)
        )
    return lines
