"""RNN and CNN under attack: the networks of a comparison, several trainings of each, one budget.

Every test picture that a network answers right is attacked through that network's own gradients, in
L∞. Noise of the same size stands beside: a network that loses as much by noise is not fooled, it
sees badly. The figures are read and written as JSON.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rnndemo.comparison.measure import interval, seed_half_width
from rnndemo.comparison.networks import sized, trained
from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import PEERS_FOLDER, ComparisonSpec, load
from rnndemo.comparison.work import RUNS, config_of
from rnndemo.config import ModelConfig
from rnndemo.data.load import load as load_data
from rnndemo.data.sets import DataSet, ImageSet
from rnndemo.errors import InputError
from rnndemo.evaluation.cards import machine_class
from rnndemo.evaluation.report import wilson_interval
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.scores import attack_scores
from rnndemo.models.store import Model, load_folder
from rnndemo.storage.files import read_json, write_json
from rnndemo.storage.records import read

FILE = "attacked.json"
PRUNED = ("half-of-units", "tenth-of-weights")  # see `rnndemo.comparison.attacked_pruned`
NETWORKS = ("rnn", "lstm", "gru", "lru", "two-way", "renet", "cnn", "mlp")
EPSILONS = (0.02, 0.05, 0.1)  # L∞, of pixels in [0, 1]
TRIED = ("noise", "fgsm", "pgd")
STEPS, SEEDS, PICTURES = 40, (0, 1, 2), 2000


@dataclass(frozen=True)
class AttackedPeer:
    """How many test pictures the trainings of one network answer right.

    Parameters
    ----------
    name : str
        A key of `rnndemo.comparison.peers.PEERS`, or one of `PRUNED`.
    right : tuple of int
        As they are, one for each seed.
    withstood : mapping of str to tuple of int
        A `case` -> how many stay right under that attack, one for each seed.
    """

    name: str
    right: tuple[int, ...]
    withstood: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class AttackedPeers:
    """Networks of a comparison under the same attacks.

    Parameters
    ----------
    n : int
        Test pictures, evenly spaced.
    seeds : tuple of int
        Of the trainings.
    steps : int
        Of PGD, which starts once, at random.
    machine, date, command : str
        Where, when and by which command it was measured.
    """

    n: int
    seeds: tuple[int, ...]
    steps: int
    epsilons: tuple[float, ...]
    rows: tuple[AttackedPeer, ...]
    machine: str = ""
    date: str = ""
    command: str = ""

    def __post_init__(self) -> None:
        cases = {case(attack, size) for attack in TRIED for size in self.epsilons}
        for row in self.rows:
            counts = (row.right, *row.withstood.values())
            if row.name not in (*PEERS, *PRUNED) or set(row.withstood) != cases:
                raise ValueError("no peer, or not its attacks")
            if any(len(each) != len(self.seeds) or max(each) > self.n for each in counts):
                raise ValueError("counts")

    def row(self, name: str) -> AttackedPeer:
        """Return the row of a peer; a `KeyError` says that it has none."""
        rows = {row.name: row for row in self.rows}
        return rows[name]

    def share(self, name: str, attack: str, epsilon: float) -> tuple[float, float, float]:
        """Return the mean share that stays right, and the ends of its 95 % interval.

        Over seeds and test pictures, see `rnndemo.comparison.measure.interval`. With ε 0, of the
        pictures as they are.
        """
        return interval(self._shares(name, attack, epsilon), self.n)

    def gap(self, one: str, other: str, attack: str, epsilon: float) -> tuple[float, float, float]:
        """Return by how much `one` stays right more often than `other`, and its 95 % interval.

        The two are taken for independent, although they answered the same pictures: the interval is
        rather too wide (Newcombe 1998, method 10; with Welch's over the seeds in quadrature).
        """
        sides = [self._shares(name, attack, epsilon) for name in (one, other)]
        means = [sum(side) / len(side) for side in sides]
        (low, high), (low_other, high_other) = (
            wilson_interval(round(mean * self.n), self.n) for mean in means
        )
        seeds = seed_half_width(*sides)
        down = math.hypot(means[0] - low, high_other - means[1], seeds)
        up = math.hypot(high - means[0], means[1] - low_other, seeds)
        difference = means[0] - means[1]
        return difference, difference - down, difference + up

    def _shares(self, name: str, attack: str, epsilon: float) -> list[float]:
        row = self.row(name)
        counts = row.withstood[case(attack, epsilon)] if epsilon else row.right
        return [count / self.n for count in counts]


def case(attack: str, epsilon: float) -> str:
    """Return the name of an attack of one size: "pgd 0.05"."""
    return f"{attack} {epsilon:g}"


def attack_peers(
    folder: Path,
    compared: Path,
    names: Sequence[str] = NETWORKS,
    seeds: Sequence[int] = SEEDS,
    n: int = PICTURES,
    command: str = "",
    on_row: Callable[[AttackedPeer], None] = lambda row: None,
) -> AttackedPeers:
    """Attack the networks of a comparison, and write what remains right into `folder`.

    Parameters
    ----------
    folder : Path
        Gets the trainings that the comparison did not keep, and the file `FILE`. What is measured
        there is kept, so that an interrupted measurement goes on.
    compared : Path
        Of a comparison, whose first trainings are taken as they are.
    n : int, default `PICTURES`
        Test pictures, evenly spaced; at most all.
    """
    about = load(compared).about
    data = load_data(about.data)
    test = data.test.evenly(n)
    found = AttackedPeers(
        len(test), tuple(seeds), STEPS, EPSILONS, (), machine_class(), today(), command
    )
    if (folder / FILE).exists():
        before = load_attacked(folder)
        if _question(before) == _question(found):
            found = replace(found, rows=before.rows)
    for name in names:
        if name not in {row.name for row in found.rows}:
            models = trainings(folder, compared, about, name, seeds, data)
            row = attacked_row(name, models, test)
            rows = sorted((*found.rows, row), key=lambda one: list(PEERS).index(one.name))
            found = replace(found, rows=tuple(rows))
            save_attacked(folder, found)
        on_row(found.row(name))
    return found


def today() -> str:
    """Return the date, as it stands beside figures."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def _question(found: AttackedPeers) -> AttackedPeers:
    return replace(found, rows=(), machine="", date="", command="")


def trainings(
    folder: Path,
    compared: Path,
    about: ComparisonSpec,
    name: str,
    seeds: Sequence[int],
    data: DataSet,
) -> Iterator[Model]:
    """Yield the network of each seed, trained first if the comparison did not keep it."""
    peer = PEERS[name]
    assert isinstance(peer.model, ModelConfig)
    config = config_of(peer, sized(peer.model, about), about)
    for seed in seeds:
        if seed == about.seeds[0]:
            yield load_folder(compared / PEERS_FOLDER / name)
        else:
            run = folder / RUNS / f"{name}-{seed}"
            yield trained(run, replace(config, seed=seed), data, lambda: False)


def attacked_row(
    name: str, models: Iterable[Model], test: ImageSet, epsilons: Sequence[float] = EPSILONS
) -> AttackedPeer:
    """Return how many of `test` the trainings of one network answer right, attacked and not."""
    right: list[int] = []
    withstood: dict[str, list[int]] = {}
    for model in models:
        for attack in TRIED:
            for size in epsilons:
                budget = AttackBudget(size, "linf", STEPS)
                scores = attack_scores(model, test.images, test.labels, attack, budget)
                withstood.setdefault(case(attack, size), []).append(scores.withstood)
        right.append(scores.right)
    return AttackedPeer(name, tuple(right), {key: tuple(each) for key, each in withstood.items()})


def save_attacked(folder: Path, found: AttackedPeers, file: str = FILE) -> None:
    """Write the figures into `folder`, atomically."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / file, asdict(found))


def load_attacked(folder: Path, file: str = FILE) -> AttackedPeers:
    """Return the figures in `folder`.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    content = read_json(folder / file)
    try:
        return read(AttackedPeers, content, low=0)
    except (KeyError, TypeError, ValueError):
        raise InputError(
            "The figures of the attacked networks cannot be read: {file} is missing or damaged.",
            file=file,
        ) from None
