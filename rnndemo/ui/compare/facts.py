"""What was the same for all methods of a comparison, and what was not, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import Comparison, Measured
from rnndemo.config import DATA_SETS
from rnndemo.plots.compare.charts import title_of
from rnndemo.ui.shell.session import _, look, paragraph, plain
from rnndemo.ui.train.controls import option_text


def facts(comparison: Comparison) -> str:
    """Return the sentences, as Markdown."""
    rows = comparison.rows
    own = [row for row in rows if row.kind == "own"]
    networks = [row for row in rows if row.kind in ("rnn", "picture")]
    parts = [
        _budget(comparison, bool(own)),
        *_sizes(networks, bool(own)),
        *_timed(networks),
        *_settings_chosen(rows),
        *_luck(networks),
        *(_own_terms(row, comparison) for row in own),
    ]
    return paragraph(*parts)


def _budget(comparison: Comparison, own: bool) -> str:
    """Return what all methods have in common; with `own` runs, all but those."""
    about = comparison.about
    if own:
        text = _(
            "All answer the same {test} test pictures. Those without ★ learnt from the same "
            "{train} training pictures. Epochs (passes over all training pictures) of each "
            "network without ★: {epochs}. Trainings of each such network, each from different "
            "weights: {seeds}; right answers and training time are their means."
        )
    else:
        text = _(
            "All use the same {train} training pictures and the same {test} test pictures. Epochs "
            "(passes over all training pictures) per network: {epochs}. Trainings per network, "
            "each from different weights: {seeds}; right answers and training time are their "
            "means."
        )
    return text.format(
        train=f"{about.train_size:,}", test=f"{about.test_size:,}", epochs=about.epochs,
        seeds=len(about.seeds),
    )  # fmt: skip


def _sizes(networks: list[Measured], own: bool) -> list[str]:
    if len(networks) < 2:
        return []
    counts = sorted(row.parameters for row in networks)
    if own:
        text = _(
            "The networks without ★ have about the same number of parameters ({low} to {high}), so "
            "none of them wins by size."
        )
    else:
        text = _(
            "All networks have about the same number of parameters ({low} to {high}), so none "
            "wins by size."
        )
    return [text.format(low=f"{counts[0]:,}", high=f"{counts[-1]:,}")]


def _timed(networks: list[Measured]) -> list[str]:
    """Return which networks were trained only for as long as another one."""
    text = _("“{name}” was trained for only as long as the {other} took.")
    return [
        text.format(name=title_of(row, look()), other=_(PEERS[PEERS[row.name].time_of].title))
        for row in networks
        if row.name in PEERS and PEERS[row.name].time_of
    ]


def _settings_chosen(rows: Sequence[Measured]) -> list[str]:
    """Return what the training time of classical methods includes."""
    if all(row.kind != "classical" for row in rows):
        return []
    return [
        _(
            "The training time of a method without a network includes the choice of its settings; "
            "the learning rates of the networks were chosen before."
        )
    ]


def _luck(networks: list[Measured]) -> list[str]:
    """Return what the intervals leave out."""
    if all(row.repeated for row in networks):
        return []
    return [
        _(
            "Networks that were trained once have intervals that count the luck of the test "
            "pictures alone; another training would give another figure."
        )
    ]


def _own_terms(row: Measured, comparison: Comparison) -> str:
    """Return how an own run was trained."""
    if row.train_data:
        text = _(
            "★ {name} learnt from other pictures ({data}); some of these test pictures may be "
            "among them."
        )
    else:
        text = _("★ {name} learnt from {count} of these training pictures.")
    most = comparison.about.train_size
    count = min(row.train_size or most, most)
    data = row.train_data
    data = option_text(data) if data in DATA_SETS else plain(data)
    return paragraph(
        text.format(name=plain(row.title), data=data, count=f"{count:,}"),
        _(
            "It was trained once, with its own settings; its interval counts the luck of the "
            "test pictures alone. Its training time is by the clock; that of the others is "
            "time of one processor core."
        ),
    )
