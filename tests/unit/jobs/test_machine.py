"""Cores and memory are those of the container, whichever version of control groups limits it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnndemo.jobs import machine

MEMINFO = "MemTotal:       16000000 kB\nMemFree:  1 kB\nMemAvailable:    9000000 kB\n"
GB = 10**9


@pytest.fixture(autouse=True)
def sixteen_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnndemo.jobs.machine.os.sched_getaffinity", lambda _: set(range(16)))


def tree(root: Path, groups: str, files: dict[str, object]) -> Path:
    """Write a file tree as the kernel shows it."""
    for name, content in {"proc/meminfo": MEMINFO, "proc/self/cgroup": groups, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(str(content))
    return root


V2 = "sys/fs/cgroup"
V1_CPU, V1_MEMORY = "sys/fs/cgroup/cpu", "sys/fs/cgroup/memory"
V1 = "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n1:name=systemd:/docker/abc\n"


@pytest.mark.parametrize(("groups", "files", "expected"), [
    ("0::/\n", {}, 16),
    ("0::/\n", {f"{V2}/cpu.max": "200000 100000\n"}, 2),
    ("0::/\n", {f"{V2}/cpu.max": "50000 100000\n"}, 1),
    ("0::/\n", {f"{V2}/cpu.max": "max 100000\n"}, 16),
    ("0::/\n", {f"{V2}/cpu.max": "nonsense\n"}, 16),
    ("0::/a/b\n", {f"{V2}/a/b/cpu.max": "max 100000\n", f"{V2}/a/cpu.max": "300000 100000\n"}, 3),
    ("0::/../gone\n", {f"{V2}/cpu.max": "400000 100000\n"}, 4),
    (V1, {f"{V1_CPU}/docker/abc/cpu.cfs_quota_us": 250000,
          f"{V1_CPU}/docker/abc/cpu.cfs_period_us": 100000}, 2),
    (V1, {f"{V1_CPU}/cpu.cfs_quota_us": 500000, f"{V1_CPU}/cpu.cfs_period_us": 100000}, 5),
    (V1, {f"{V1_CPU}/cpu.cfs_quota_us": -1, f"{V1_CPU}/cpu.cfs_period_us": 100000}, 16),
])  # fmt: skip
def test_cores_are_those_of_the_smallest_quota(
    groups: str, files: dict[str, object], expected: int, tmp_path: Path
) -> None:
    assert machine.cores(tree(tmp_path, groups, files)) == expected


def memory_v2(group: str, limit: object, used: int, cache: int) -> dict[str, object]:
    return {
        f"{V2}{group}/memory.max": limit, f"{V2}{group}/memory.current": used,
        f"{V2}{group}/memory.stat": f"anon 5\ninactive_file {cache}\n",
    }  # fmt: skip


def memory_v1(group: str, limit: object, used: int, cache: int) -> dict[str, object]:
    return {
        f"{V1_MEMORY}{group}/memory.limit_in_bytes": limit,
        f"{V1_MEMORY}{group}/memory.usage_in_bytes": used,
        f"{V1_MEMORY}{group}/memory.stat": f"inactive_file 1\ntotal_inactive_file {cache}\n",
    }


@pytest.mark.parametrize(("groups", "files", "total", "free"), [
    ("0::/\n", {}, 16_384_000_000, 9_216_000_000),
    ("0::/\n", memory_v2("", "max", GB, 0), 16_384_000_000, 9_216_000_000),
    ("0::/\n", memory_v2("", 4 * GB, 3 * GB, GB), 4 * GB, 2 * GB),
    ("0::/\n", memory_v2("", 4 * GB, 5 * GB, 0), 4 * GB, 0),
    ("0::/a/b\n", memory_v2("/a", 2 * GB, GB, 0) | memory_v2("/a/b", "max", 0, 0), 2 * GB, GB),
    (V1, memory_v1("/docker/abc", 3 * GB, 2 * GB, GB // 2), 3 * GB, 3 * GB // 2),
    (V1, memory_v1("", 3 * GB, GB, 0), 3 * GB, 2 * GB),  # its own group is all that it sees
    (V1, memory_v1("/docker/abc", 2**63 - 4096, GB, 0), 16_384_000_000, 9_216_000_000),
])  # fmt: skip
def test_memory_is_that_of_the_smallest_limit(
    groups: str, files: dict[str, object], total: int, free: int, tmp_path: Path
) -> None:
    root = tree(tmp_path, groups, files)
    assert (machine.memory(root), machine.free_memory(root)) == (total, free)


def test_without_any_of_these_files_the_system_is_asked(tmp_path: Path) -> None:
    assert machine.cores(tmp_path) == 16
    assert machine.memory(tmp_path) == machine.free_memory(tmp_path) > GB // 2


@pytest.mark.parametrize(("cores", "memory", "expected"), [
    (1, 64e9, 1), (2, 64e9, 2), (3, 64e9, 2), (16, 64e9, 15), (16, 4.2e9, 4), (16, 5e8, 1),
])  # fmt: skip
def test_slots_leave_a_core_to_the_server_and_memory_to_each(
    cores: int, memory: float, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "cores", lambda: cores)
    monkeypatch.setattr(machine, "memory", lambda: int(memory))
    assert machine.slots() == expected
    assert 0 < machine.memory_each() * expected <= memory


def test_disk_of_a_folder_that_is_to_be_made(tmp_path: Path) -> None:
    assert abs(machine.free_disk(tmp_path / "a" / "b") - machine.free_disk(tmp_path)) < 10**8
