"""Summarise in plain words what a comparison says about the claim that RNNs beat CNNs on images.

The figures choose the sentences. "More than chance explains" means that the 95 % interval of the
difference (`rnndemo.comparison.measure.difference`) excludes 0.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from rnndemo.comparison.measure import difference
from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import Comparison, Measured
from rnndemo.errors import N_
from rnndemo.evaluation.corruptions import CORRUPTIONS

Sentence = tuple[str, dict[str, Any]]

AND = N_("{first} and {last}")  # of a list that a sentence names

READERS = ("rnn", "lstm", "gru", "two-way")  # peers that read row by row
EQUAL = 0.01  # difference in accuracy below which two are equally robust

NOTHING = N_(
    "This comparison does not include both a CNN and a network that reads row by row, so it "
    "says nothing about the claim that RNNs do better than CNNs on images."
)
SETTING = N_(
    "On {test:,} test pictures of {data}, with about the same number of weights and the same "
    "training, the best network that reads row by row ({reader}) is right on {a:.2%}, the CNN "
    "on {b:.2%}."
)
# of the recurrent network against the CNN: better, worse, neither
READER_VERDICTS = (
    N_(
        "That is {points:.2f} percentage points above the CNN (95 % interval {low:.2f} to "
        "{high:.2f}), more than chance explains: here the claim that RNNs do better than CNNs "
        "holds."
    ),
    N_(
        "That is {points:.2f} percentage points below the CNN (95 % interval {low:.2f} to "
        "{high:.2f}), more than chance explains: here the claim that RNNs do better than CNNs "
        "does not hold."
    ),
    N_(
        "The difference of {points:.2f} percentage points may be chance (the true one may be "
        "up to {high:.2f}): these results support neither the claim that RNNs do better than "
        "CNNs nor its opposite."
    ),
)
RENET_VERDICTS = (
    N_(
        "ReNet, whose LSTMs sweep the picture in four directions, is right on {a:.2%}: better "
        "than the CNN, by more than chance."
    ),
    N_(
        "ReNet, whose LSTMs sweep the picture in four directions, is right on {a:.2%}: worse "
        "than the CNN, by more than chance."
    ),
    N_(
        "ReNet, whose LSTMs sweep the picture in four directions, is right on {a:.2%}: the "
        "difference from the CNN may be chance."
    ),
)
TIME_VERDICTS = (
    N_(
        "With only the {seconds:.0f} seconds of training that the LSTM took, the CNN reaches "
        "{b:.2%} and the LSTM {a:.2%}: in equal time, the LSTM is better."
    ),
    N_(
        "With only the {seconds:.0f} seconds of training that the LSTM took, the CNN reaches "
        "{b:.2%} and the LSTM {a:.2%}: in equal time, the CNN is still better."
    ),
    N_(
        "With only the {seconds:.0f} seconds of training that the LSTM took, the CNN reaches "
        "{b:.2%} and the LSTM {a:.2%}: in equal time, their difference may be chance."
    ),
)
PRICE = N_(
    "For one drawing the CNN needs {flops:.1f} times as much arithmetic as the {reader}, and "
    "its training took {time:.1f} times as long."
)
ROBUSTNESS = {  # (reader more robust to some corruptions, CNN more robust to some)
    (True, True): N_(
        "On worse pictures each has its strengths: the {reader} is right more often where they "
        "are {reader_kinds}, the CNN where they are {cnn_kinds}."
    ),
    (True, False): N_(
        "On worse pictures the {reader} is right more often where they are {reader_kinds}; the "
        "CNN never is."
    ),
    (False, True): N_(
        "On worse pictures the CNN is right more often where they are {cnn_kinds}; the "
        "{reader} never is."
    ),
    (False, False): N_("Both cope equally well with worse pictures."),
}
CLASSICAL = N_(
    "Without any network, and with the training pictures unchanged, {classical} reaches "
    "{accuracy:.2%}, more than {beaten} of the {networks} networks."
)
HARDY = N_("Where pictures are {classical_kinds}, {classical} is right most often of all methods.")
SCOPE = N_(
    "These are small networks, trained for {epochs} epochs on one data set; larger networks, "
    "longer training or other pictures may change the order."
)


def summary(comparison: Comparison) -> list[Sentence]:
    """Return one paragraph as sentences: a gettext key and its values each.

    Values that are strings or lists of strings are gettext keys too, which `spoken` translates and
    joins; the others are numbers, which the sentence formats.
    """
    readers = [row for row in comparison.rows if row.name in READERS]
    cnn = comparison.row("cnn")
    if not readers or cnn is None:
        return [(NOTHING, {})]
    reader = max(readers, key=lambda row: row.accuracy)
    found = [
        _setting(comparison, reader, cnn), _verdict(comparison, READER_VERDICTS, reader, cnn)
    ]  # fmt: skip
    renet, lstm, brief = (comparison.row(name) for name in ("renet", "lstm", "cnn-time"))
    if renet:
        found.append(_verdict(comparison, RENET_VERDICTS, renet, cnn))
    if lstm and brief:
        found.append(_verdict(comparison, TIME_VERDICTS, lstm, brief))
    found += [_price(reader, cnn), _robustness(reader, cnn), *_classical(comparison)]
    return [*found, (SCOPE, {"epochs": comparison.about.epochs})]


def spoken(comparison: Comparison, translate: Callable[[str], str] = str) -> str:
    """Return `summary` as one text, translated by `translate`."""

    def said(value: Any) -> Any:
        if isinstance(value, list):
            return _listed([translate(one) for one in value], translate)
        return translate(value) if isinstance(value, str) and value else value

    return " ".join(
        translate(text).format(**{name: said(value) for name, value in values.items()})
        for text, values in summary(comparison)
    )


def _listed(words: list[str], translate: Callable[[str], str]) -> str:
    """Return "", "a", "a and b" or "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return translate(AND).format(first=", ".join(words[:-1]), last=words[-1])


def _setting(comparison: Comparison, reader: Measured, cnn: Measured) -> Sentence:
    about = comparison.about
    values = {"test": about.test_size, "data": about.data_name, "reader": reader.title}
    return SETTING, {**values, "a": reader.accuracy, "b": cnn.accuracy}


def _verdict(
    comparison: Comparison, sentences: tuple[str, str, str], a: Measured, b: Measured
) -> Sentence:
    gap, low, high = difference(comparison, a.name, b.name)
    sentence = sentences[0] if low > 0 else sentences[1] if high < 0 else sentences[2]
    ends = sorted((abs(low), abs(high)))
    return sentence, {
        "a": a.accuracy, "b": b.accuracy, "seconds": a.train_seconds,
        "points": 100 * abs(gap), "low": 100 * ends[0], "high": 100 * ends[1],
    }  # fmt: skip


def _price(reader: Measured, cnn: Measured) -> Sentence:
    return PRICE, {
        "reader": reader.title,
        "flops": cnn.flops / reader.flops,
        "time": cnn.train_seconds / reader.train_seconds,
    }


def _robustness(reader: Measured, cnn: Measured) -> Sentence:
    better: dict[bool, list[str]] = {True: [], False: []}
    for kind, corruption in CORRUPTIONS.items():
        if kind in reader.robustness and kind in cnn.robustness:
            ours, theirs = _mean_accuracy(reader, kind), _mean_accuracy(cnn, kind)
            if abs(ours - theirs) >= EQUAL:
                better[ours > theirs].append(corruption.adjective)
    sentence = ROBUSTNESS[bool(better[True]), bool(better[False])]
    values = {"reader_kinds": better[True], "cnn_kinds": better[False]}
    return sentence, {"reader": reader.title, **values}


def _mean_accuracy(row: Measured, kind: str) -> float:
    """Return the mean accuracy over the levels of one corruption; 0 where it was not measured."""
    return statistics.fmean(row.robustness.get(kind, ())[1:] or (0.0,))


def _classical(comparison: Comparison) -> list[Sentence]:
    classical = [row for row in comparison.rows if row.kind == "classical"]
    networks = [
        row for row in comparison.rows
        if row.kind in ("rnn", "picture") and not (row.name in PEERS and PEERS[row.name].time_of)
    ]  # fmt: skip
    if not classical:
        return []
    best = max(classical, key=lambda row: row.accuracy)
    beaten = sum(row.accuracy < best.accuracy for row in networks)
    values = {"classical": best.title, "accuracy": best.accuracy}
    found = [(CLASSICAL, {**values, "beaten": beaten, "networks": len(networks)})]
    for row in classical:
        kinds = [
            corruption.adjective for kind, corruption in CORRUPTIONS.items()
            if _is_hardiest(row, comparison, kind)
        ]  # fmt: skip
        if kinds:
            found.append((HARDY, {"classical": row.title, "classical_kinds": kinds}))
    return found


def _is_hardiest(row: Measured, comparison: Comparison, kind: str) -> bool:
    others = [_mean_accuracy(other, kind) for other in comparison.rows if other.name != row.name]
    return _mean_accuracy(row, kind) > max(others, default=0.0)
