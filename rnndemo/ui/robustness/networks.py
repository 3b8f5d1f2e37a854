"""The part RNN or CNN: which kind of network is easier to fool, measured over the test pictures."""

from __future__ import annotations

import streamlit as st

from rnndemo.comparison.attacked import TRIED, AttackedPeers, load_attacked
from rnndemo.comparison.measure import sign_and_size
from rnndemo.comparison.peers import PEERS
from rnndemo.errors import N_
from rnndemo.evaluation.cards import machine_text
from rnndemo.hardening.attacks import ATTACKS
from rnndemo.plots.robustness.networks import attacked_networks
from rnndemo.storage.folders import ASSETS
from rnndemo.ui.robustness.readings import show
from rnndemo.ui.shell.session import errors_to, paragraph, percent, plain, warn
from rnndemo.ui.shell.steps import _, look
from rnndemo.ui.shell.widgets import choice

ONE, OTHER = "lstm", "cnn"  # of which the sentence speaks
# whether the interval of the difference lies below 0, holds it, or lies above
VERDICTS = {
    -1: N_(
        "With ε {size}, the LSTM stays right on {one} of the pictures, the CNN on {other}. The CNN "
        "is harder to fool by {gap} percentage points (95 % interval {low} to {high})."
    ),
    0: N_(
        "With ε {size}, the LSTM stays right on {one} of the pictures, the CNN on {other}: a "
        "difference that may be chance."
    ),
    1: N_(
        "With ε {size}, the LSTM stays right on {one} of the pictures, the CNN on {other}. The "
        "LSTM is harder to fool by {gap} percentage points (95 % interval {low} to {high})."
    ),
}


@st.cache_resource(max_entries=1, show_spinner=False)
def _shipped() -> AttackedPeers:
    return load_attacked(ASSETS / "comparison")


def networks_part() -> None:
    """Draw what became of the networks of Compare when they were attacked."""
    with st.container(key="networks_attacked"), errors_to(warn):
        found = _shipped()
        names = {name: ATTACKS[name].label for name in reversed(TRIED)}
        attack = choice(
            "networks_attack", _("Attack"), names, default="pgd", label_visibility="visible",
            width="content",
        )  # fmt: skip
        st.caption(measured_how(found, attack))
        show(attacked_networks(found, attack, look()), "attacked_networks")
        st.markdown("\n".join(f"- {said_of(found, attack, size)}" for size in found.epsilons))
        with st.expander(_("All figures")):
            st.markdown(table_of(found))
            st.caption(_("{date}, {machine}. This command measures it again:").format(
                date=found.date, machine=plain(machine_text(found.machine, _))))  # fmt: skip
            st.code(found.command, language="bash")


def measured_how(found: AttackedPeers, attack: str) -> str:
    """Return what the chart shows, in a few sentences."""
    return paragraph(
        _("{name}: {text}.").format(name=_(ATTACKS[attack].label), text=_(ATTACKS[attack].text)),
        _(
            "The networks of the page Compare, about as large as each other and trained alike, "
            "{seeds} times each; {count} test pictures. The lines at the points are 95 % intervals "
            "over trainings and pictures."
        ).format(seeds=len(found.seeds), count=f"{found.n:,}"),
    )


def said_of(found: AttackedPeers, attack: str, size: float) -> str:
    """Return who is harder to fool at one ε, or that it may be chance."""
    sign, (gap, low, high) = sign_and_size(*found.gap(ONE, OTHER, attack, size))
    one, other = (percent(found.share(name, attack, size)[0], 1) for name in (ONE, OTHER))
    return _(VERDICTS[sign]).format(
        size=f"{size:g}", one=one, other=other, gap=f"{100 * gap:.1f}",
        low=f"{100 * low:.1f}", high=f"{100 * high:.1f}",
    )  # fmt: skip


def table_of(found: AttackedPeers) -> str:
    """Return every figure in per cent as a table in Markdown, a row a network."""
    cases = [("", 0.0), *((attack, size) for size in found.epsilons for attack in TRIED)]
    names = {"": _("clean"), **{name: _(ATTACKS[name].label) for name in TRIED}}
    head = [
        _("network"),
        *(f"{names[attack]} {size:g}" if size else names[""] for attack, size in cases),
    ]
    lines = [head, ["---"] * len(head)]
    for row in found.rows:
        shares = (found.share(row.name, attack, size) for attack, size in cases)
        cells = ["{:.1f} ({:.1f}–{:.1f})".format(*(100 * one for one in each)) for each in shares]
        lines.append([_(PEERS[row.name].title), *cells])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
