"""What this machine has for trainings: cores, memory and disk, within the limits of its container.

Limits of control groups are read as the kernel writes them: version 2
(https://docs.kernel.org/admin-guide/cgroup-v2.html) and version 1
(https://docs.kernel.org/admin-guide/cgroup-v1/index.html). A limit of a group holds for the groups
within it, so the smallest one on the way to the root counts. A container that sees only its own
group has it at the root of the mount.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path("/")
MOUNT, OWN_GROUPS, MEMORY = "sys/fs/cgroup", "proc/self/cgroup", "proc/meminfo"

RUN_MEMORY = 1_000_000_000  # bytes that a training may need, for the number of them at once
SERVER_MEMORY = 800_000_000  # bytes that are left to the server
SERVER_DISK = 200_000_000  # bytes of the disk that are left free


def cores(root: Path = ROOT) -> int:
    """Return the cores that this process may use, at least 1."""
    quotas = [len(os.sched_getaffinity(0)), *map(int, _quotas(root))]
    return max(1, min(quotas))


def memory(root: Path = ROOT) -> int:
    """Return the bytes of memory that the processes of this machine or container may have."""
    return min([_meminfo(root, "MemTotal"), *(limit for limit, _ in _limits(root))])


def free_memory(root: Path = ROOT) -> int:
    """Return the bytes of memory that are free for further processes, at least 0.

    The kernel's cache of files counts as free.
    """
    left = (limit - used for limit, used in _limits(root))
    return max(0, min([_meminfo(root, "MemAvailable"), *left]))


def free_disk(folder: Path) -> int:
    """Return the free bytes of the disk of a folder, which need not exist yet."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def slots() -> int:
    """Return how many workers may train at once on this machine.

    A worker computes on one thread: recurrent layers gain little from a second one, and where
    threads of several processes share cores they wait for each other at every timestep. With more
    than two cores, one is left to the server.
    """
    some = cores()
    return max(1, min(some - 1 if some > 2 else some, memory() // RUN_MEMORY))


def memory_each() -> int:
    """Return the bytes of memory that each of `slots` trainings may have."""
    total = memory()
    return max(total // 2, total - SERVER_MEMORY) // slots()


def _meminfo(root: Path, key: str) -> int:
    """Return a figure of ``/proc/meminfo`` in bytes."""
    with suppress(OSError, ValueError, IndexError):
        for line in (root / MEMORY).read_text().splitlines():
            if line.startswith(f"{key}:"):
                return int(line.split()[1]) * 1024
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _groups(root: Path, controller: str) -> Iterator[tuple[Path, bool]]:
    """Yield the folders of this process's groups up to the mount, and whether it is version 2."""
    with suppress(OSError):
        for line in (root / OWN_GROUPS).read_text().splitlines():
            _, names, path = line.split(":", 2)
            if names and controller not in names.split(","):
                continue
            mount = root / MOUNT / (controller if names else "")
            group = mount / path.strip("/")
            for one in (group, *group.parents):
                if one.is_relative_to(mount):
                    yield one, not names


def _quotas(root: Path) -> Iterator[float]:
    """Yield the limits of cores."""
    for group, newer in _groups(root, "cpu"):
        with suppress(OSError, ValueError):  # no such file, or "max"
            if newer:
                quota, period = map(int, (group / "cpu.max").read_text().split())
            else:
                quota, period = (_number(group / f"cpu.cfs_{n}_us") for n in ("quota", "period"))
            if quota > 0 and period > 0:  # -1: no limit
                yield quota / period


def _limits(root: Path) -> Iterator[tuple[int, int]]:
    """Yield the limits of memory, each with the bytes used, both without the cache of files."""
    names = {
        True: ("memory.max", "memory.current", "inactive_file "),
        False: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "),
    }
    for group, newer in _groups(root, "memory"):
        limit, usage, cached = names[newer]
        with suppress(OSError, ValueError):  # no such file, or "max"
            yield _number(group / limit), _number(group / usage) - _cache(group, cached)


def _cache(group: Path, name: str) -> int:
    """Return the bytes of the cache of files that the kernel would give up first."""
    with suppress(OSError, ValueError):
        for line in (group / "memory.stat").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1])
    return 0


def _number(path: Path) -> int:
    return int(path.read_text())
