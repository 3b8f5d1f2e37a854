"""Summarise in plain words what a comparison says about the claim that RNNs beat CNNs on images.

The figures choose the sentences. "More than chance explains" is what
`rnndemo.comparison.measure.verdict` says. Which network speaks for those that read row by row is
chosen on validation pictures: the test pictures that chose it could not judge it too.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rnndemo.comparison.measure import difference, verdict
from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import Comparison, Measured
from rnndemo.data.corruptions.compared import COMPARED
from rnndemo.errors import N_
from rnndemo.reading.percent import digits_of, percent
from rnndemo.reading.wording import listed, paragraph

Sentence = tuple[str, dict[str, Any]]
Translate = Callable[[str], str]

OR = N_("{first} or {last}")  # of a list that a sentence names

# Peers that read row by row. An earlier version measured no validation accuracy: then the first of
# them stands for all, whatever the test pictures say.
READERS = ("lstm", "gru", "lru", "two-way", "rnn")
EQUAL = 0.01  # difference in accuracy below which two are equally robust


@dataclass(frozen=True)
class Share:
    """A share of `n` pictures, written with as many digits as they justify."""

    value: float
    n: int

    def said(self, translate: Translate) -> str:
        """Return it in per cent."""
        return percent(self.value, digits_of(self.n), translate)


class PercentagePoints(Share):
    """A difference of two shares of `n` pictures."""

    def said(self, translate: Translate) -> str:
        """Return it in percentage points, without a unit."""
        return f"{100 * self.value:.{digits_of(self.n)}f}"


NOTHING = N_(
    "This comparison does not include both a CNN and a network that reads row by row, so it "
    "says nothing about the claim that RNNs do better than CNNs on images."
)
CHOSEN = N_(
    "Of the networks that read row by row, the {reader} did best on the validation pictures. On "
    "{test:,} test pictures of {data}, it is right on {a}; the CNN, with about the same number of "
    "weights and the same training, on {b}."
)
SETTING = N_(
    "On {test:,} test pictures of {data}, the {reader}, which reads row by row, is right on {a}; "
    "the CNN, with about the same number of weights and the same training, on {b}."
)
# each by `rnndemo.comparison.measure.verdict`: of the recurrent network against the CNN
READER_VERDICTS = {
    "better": N_(
        "That is {points} percentage points above the CNN (95 % interval {low} to {high}), more "
        "than chance explains: here the claim that RNNs do better than CNNs holds."
    ),
    "worse": N_(
        "That is {points} percentage points below the CNN (95 % interval {low} to {high}), more "
        "than chance explains: here the claim that RNNs do better than CNNs does not hold."
    ),
    "chance": N_(
        "The difference of {points} percentage points may be chance (the true one may be up to "
        "{high}): these results support neither the claim that RNNs do better than CNNs nor its "
        "opposite."
    ),
    "once": N_(
        "Each was trained only once, and another training begins from other weights: whether the "
        "difference of {points} percentage points is more than chance, only several trainings "
        "can tell."
    ),
}
RENET_VERDICTS = {
    "better": N_(
        "ReNet, whose LSTMs sweep the picture in four directions, is right on {a}: better than "
        "the CNN, by more than chance."
    ),
    "worse": N_(
        "ReNet, whose LSTMs sweep the picture in four directions, is right on {a}: worse than "
        "the CNN, by more than chance."
    ),
    "chance": N_(
        "ReNet, whose LSTMs sweep the picture in four directions, is right on {a}: the "
        "difference from the CNN may be chance."
    ),
    "once": N_(
        "ReNet, whose LSTMs sweep the picture in four directions, is right on {a} after a single "
        "training."
    ),
}
TIME_VERDICTS = {
    "better": N_(
        "With only the {seconds:.0f} seconds of training that the LSTM took, the CNN reaches {b} "
        "and the LSTM {a}: in equal time, the LSTM is better."
    ),
    "worse": N_(
        "With only the {seconds:.0f} seconds of training that the LSTM took, the CNN reaches {b} "
        "and the LSTM {a}: in equal time, the CNN is still better."
    ),
    "chance": N_(
        "With only the {seconds:.0f} seconds of training that the LSTM took, the CNN reaches {b} "
        "and the LSTM {a}: in equal time, their difference may be chance."
    ),
    "once": N_(
        "With only the {seconds:.0f} seconds of training that the LSTM took, the CNN reaches {b} "
        "and the LSTM {a}, after a single training each."
    ),
}
PRICE = N_(
    "For one drawing the CNN needs {flops:.1f} times as much arithmetic as the {reader}, and "
    "its training took {time:.1f} times as long."
)
ROBUSTNESS = {  # (reader more robust to some corruptions, CNN more robust to some)
    (True, True): N_(
        "On {pictures:,} test pictures that were made worse, each has its strengths: the {reader} "
        "is right more often where they are {reader_kinds}, the CNN where they are {cnn_kinds}."
    ),
    (True, False): N_(
        "On {pictures:,} test pictures that were made worse, the {reader} is right more often "
        "where they are {reader_kinds}; elsewhere they differ by less than one percentage point."
    ),
    (False, True): N_(
        "On {pictures:,} test pictures that were made worse, the CNN is right more often where "
        "they are {cnn_kinds}; elsewhere they differ by less than one percentage point."
    ),
    (False, False): N_(
        "On {pictures:,} test pictures that were made worse, both cope equally well, to within one "
        "percentage point."
    ),
}
CLASSICAL = N_(
    "Without any network, and from training pictures that were not varied, {classical} reaches "
    "{accuracy}. It is better than {beaten} of the {networks} networks by more than chance."
)
CLASSICAL_ONCE = N_(
    "Without any network, and from training pictures that were not varied, {classical} reaches "
    "{accuracy}. That is more than {beaten} of the {networks} networks reach; how much of it is "
    "chance, only several trainings can tell."
)
HARDY = N_("Where pictures are {classical_kinds}, {classical} is right most often of all methods.")
SCOPE = N_(
    "These are small networks, trained for {epochs} epochs on one data set; larger networks, "
    "longer training or other pictures may change the order."
)


def summary(comparison: Comparison) -> list[Sentence]:
    """Return one paragraph as sentences: a gettext key and its values each.

    Values that are strings or lists of strings are gettext keys too, which `spoken` translates and
    joins; a `Share` says itself; the others are numbers, which the sentence formats.
    """
    readers = [row for name in READERS if (row := comparison.row(name))]
    cnn = comparison.row("cnn")
    if not readers or cnn is None:
        return [(NOTHING, {})]
    reader = best_on_validation(readers)
    found = [
        _setting(comparison, readers, reader, cnn),
        _verdict(comparison, READER_VERDICTS, reader, cnn),
    ]
    renet, lstm, brief = (comparison.row(name) for name in ("renet", "lstm", "cnn-time"))
    if renet:
        found.append(_verdict(comparison, RENET_VERDICTS, renet, cnn))
    if lstm and brief:
        found.append(_verdict(comparison, TIME_VERDICTS, lstm, brief))
    found += [_price(reader, cnn), _robustness(comparison, reader, cnn), *_classical(comparison)]
    return [*found, (SCOPE, {"epochs": comparison.about.epochs})]


def best_on_validation(rows: Sequence[Measured]) -> Measured:
    """Return the row that did best on the validation pictures; the first if not all know that."""
    if not _validated(rows):
        return rows[0]
    return max(rows, key=lambda row: row.validation_accuracy)


def _validated(rows: Sequence[Measured]) -> bool:
    return all(row.validation_accuracy for row in rows)


def spoken(comparison: Comparison, translate: Translate = str) -> str:
    """Return `summary` as one text, translated by `translate`."""

    def said(value: Any) -> Any:
        if isinstance(value, Share):
            return value.said(translate)
        if isinstance(value, list):
            return _listed([translate(one) for one in value], translate)
        return translate(value) if isinstance(value, str) and value else value

    sentences = (
        translate(text).format(**{name: said(value) for name, value in values.items()})
        for text, values in summary(comparison)
    )
    return paragraph(sentences, translate)


def _listed(words: list[str], translate: Translate) -> str:
    """Return "", "a", "a or b" or "a, b or c"."""
    if len(words) < 2:
        return "".join(words)
    return translate(OR).format(first=listed(words[:-1], translate), last=words[-1])


def _setting(
    comparison: Comparison, readers: Sequence[Measured], reader: Measured, cnn: Measured
) -> Sentence:
    about, n = comparison.about, comparison.about.test_size
    chosen = len(readers) > 1 and _validated(readers)
    return CHOSEN if chosen else SETTING, {
        "test": n, "data": about.data_name, "reader": reader.title,
        "a": Share(reader.accuracy, n), "b": Share(cnn.accuracy, n),
    }  # fmt: skip


def _verdict(
    comparison: Comparison, sentences: Mapping[str, str], a: Measured, b: Measured
) -> Sentence:
    gap, low, high = difference(comparison, a.name, b.name)
    ends, n = sorted((abs(low), abs(high))), comparison.about.test_size
    return sentences[verdict(comparison, a.name, b.name)], {
        "a": Share(a.accuracy, n), "b": Share(b.accuracy, n), "seconds": a.train_seconds,
        "points": PercentagePoints(abs(gap), n),
        "low": PercentagePoints(ends[0], n), "high": PercentagePoints(ends[1], n),
    }  # fmt: skip


def _price(reader: Measured, cnn: Measured) -> Sentence:
    return PRICE, {
        "reader": reader.title,
        "flops": cnn.flops / reader.flops,
        "time": cnn.train_seconds / reader.train_seconds,
    }


def _robustness(comparison: Comparison, reader: Measured, cnn: Measured) -> Sentence:
    better: dict[bool, list[str]] = {True: [], False: []}
    for kind, corruption in COMPARED.items():
        if kind in reader.robustness and kind in cnn.robustness:
            ours, theirs = _mean_accuracy(reader, kind), _mean_accuracy(cnn, kind)
            if abs(ours - theirs) >= EQUAL:
                better[ours > theirs].append(corruption.adjective)
    sentence = ROBUSTNESS[bool(better[True]), bool(better[False])]
    values = {"reader_kinds": better[True], "cnn_kinds": better[False]}
    pictures = comparison.about.robust_size
    return sentence, {"reader": reader.title, "pictures": pictures, **values}


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
    chosen = best_on_validation(classical)
    judged = [verdict(comparison, chosen.name, row.name) for row in networks]
    once = "once" in judged  # then chance is unknown
    ahead = sum(row.accuracy < chosen.accuracy for row in networks)
    beaten = ahead if once else judged.count("better")
    accuracy = Share(chosen.accuracy, comparison.about.test_size)
    values: dict[str, Any] = {"classical": chosen.title, "accuracy": accuracy}
    values |= {"beaten": beaten, "networks": len(networks)}
    found = [(CLASSICAL_ONCE if once else CLASSICAL, values)]
    for row in classical:
        kinds = [
            corruption.adjective for kind, corruption in COMPARED.items()
            if _is_hardiest(row, comparison, kind)
        ]  # fmt: skip
        if kinds:
            found.append((HARDY, {"classical": row.title, "classical_kinds": kinds}))
    return found


def _is_hardiest(row: Measured, comparison: Comparison, kind: str) -> bool:
    others = [
        _mean_accuracy(other, kind) for other in comparison.rows
        if other.name != row.name and other.kind != "own"  # those were measured on fewer pictures
    ]  # fmt: skip
    return _mean_accuracy(row, kind) > max(others, default=0.0)
