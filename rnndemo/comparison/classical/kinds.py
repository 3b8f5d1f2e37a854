"""The table of classical peers."""

from __future__ import annotations

from rnndemo.comparison.classical.base import Classical
from rnndemo.comparison.classical.neighbours import NearestNeighbours
from rnndemo.comparison.classical.svm import EdgeSVM, LinearSVM

CLASSICAL: dict[str, type[Classical]] = {
    "knn": NearestNeighbours,
    "svm": LinearSVM,
    "hog-svm": EdgeSVM,
}
