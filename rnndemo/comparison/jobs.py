"""A visitor's comparisons: start, find and stop them.

They are jobs of `rnndemo.jobs.requested`, of which one process measures each
(`rnndemo.comparison.worker`). Besides the files of such a job, its folder has those of
`rnndemo.comparison.results`.
"""

from __future__ import annotations

from dataclasses import dataclass

from rnndemo.comparison.peers import PEERS
from rnndemo.data.load import offered
from rnndemo.errors import N_, InputError, check_number
from rnndemo.jobs.requested import RequestedJob, RequestedJobs

MAX_COMPARISONS = 10  # of one visitor
MAX_EPOCHS, MAX_SEEDS = 200, 5


@dataclass(frozen=True)
class ComparisonRequest:
    """What a comparison is requested to measure.

    Parameters
    ----------
    data : str
        A registered data set, or ``set:ID``.
    peers : tuple of str
        Keys of `PEERS`.
    epochs : int
        Of each network; 0 for a number that suits the number of pictures.
    seeds : int
        Number of trainings of each network.
    made : float
        Seconds since 1970.
    """

    data: str
    peers: tuple[str, ...]
    epochs: int
    seeds: int
    made: float = 0.0

    def check(self) -> None:
        """Check that it can be measured, an `InputError` otherwise."""
        if not offered(self.data):
            raise InputError("There is no data set {name!r} here.", name=self.data[:40])
        if not self.peers or any(name not in PEERS for name in self.peers):
            raise InputError("Choose at least one method.")
        check_number("epochs", self.epochs, 0, MAX_EPOCHS, whole=True)
        check_number("seeds", self.seeds, 1, MAX_SEEDS, whole=True)


class ComparisonJob(RequestedJob[ComparisonRequest]):
    """A comparison that is or was measured here."""

    asks, worker = ComparisonRequest, "comparison"
    not_own = N_("This comparison belongs to someone else: you can look at it, but not change it.")
    not_written = N_("The comparison could not be written ({reason}); {hint}.")


class ComparisonJobs(RequestedJobs[ComparisonJob]):
    """One visitor's comparisons."""

    thing, kind, kept = ComparisonJob, "comparisons", MAX_COMPARISONS
    missing = N_(
        "The comparison of this link is not here: it was too old to keep, or the link is "
        "incomplete."
    )
    busy = N_("Only one comparison can run at a time: stop the other first, or wait.")
    not_written = ComparisonJob.not_written

    def start(self, request: ComparisonRequest) -> ComparisonJob:
        """Start a comparison, return it, and delete the visitor's oldest ones.

        Raises
        ------
        InputError
            If it cannot be measured, or another comparison of this visitor runs.
        """
        return self._start(request)
