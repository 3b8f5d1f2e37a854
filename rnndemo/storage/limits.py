"""What a server allows all its visitors together, and every run: set by environment variables."""

from __future__ import annotations

import math

from rnndemo.storage.environment import value_of

RUN_SECONDS = "ROWBYROW_MAX_RUN_SECONDS"  # of training, over all resumes of a run; 0: no limit
JOBS = "ROWBYROW_MAX_JOBS"  # that train or wait, of all visitors
VISITOR_MB = "ROWBYROW_MAX_VISITOR_MB"  # megabytes that a visitor may keep; 0: no limit
TOTAL_MB = "ROWBYROW_MAX_TOTAL_MB"  # that all visitors together may keep; 0: no limit
KEEP_DAYS = "ROWBYROW_KEEP_DAYS"  # after a visitor's last visit until all is deleted; 0: for ever

DEFAULTS = {
    RUN_SECONDS: 7200.0,
    JOBS: 200.0,
    VISITOR_MB: 2000.0,
    TOTAL_MB: 20000.0,
    KEEP_DAYS: 90.0,
}


def limit_if_set(name: str) -> float:
    """Return what the variable `name` allows; 0, that is no limit, where it is not set."""
    return limit(name) if value_of(name) else 0.0


def limit(name: str) -> float:
    """Return what the variable `name` allows; its default where it holds no number from 0."""
    try:
        value = float(value_of(name))
    except ValueError:
        return DEFAULTS[name]
    return value if value >= 0 and math.isfinite(value) else DEFAULTS[name]
