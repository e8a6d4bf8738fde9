from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from moyai.errors import TooManyRequests
from moyai.store.counters import Counters, Limits

NOW = 1_800_000_000.0
"""15:00 UTC less a good while: 2027-01-15 08:00 UTC."""


def admitted(counters: Counters, subject: str, limits: Limits, now: float = NOW, times: int = 1000) -> int:
    """How many requests get in before the first that does not."""
    for n in range(times):
        try:
            counters.admit(subject, limits, now)
        except TooManyRequests:
            return n
    return times


def test_a_minute_has_so_many_requests_and_the_next_as_many_again(tmp_path: Path) -> None:
    counters = Counters(tmp_path, "keys", slots=64)
    assert admitted(counters, "a", Limits(5)) == 5
    assert admitted(counters, "b", Limits(3)) == 3
    assert admitted(counters, "a", Limits(5), NOW + 60) == 5
    assert admitted(counters, "nobody", Limits(0)) == 0
    counters.close()


def test_the_day_is_japans(tmp_path: Path) -> None:
    counters = Counters(tmp_path, "keys", slots=64)
    midnight = 1_800_025_200.0  # 2027-01-15 15:00 UTC
    assert admitted(counters, "a", Limits(100, 3), midnight - 61) == 3
    with pytest.raises(TooManyRequests) as refused:
        counters.admit("a", Limits(100, 3), midnight - 1)
    assert refused.value.retry_after <= 2
    assert admitted(counters, "a", Limits(100, 3), midnight) == 3
    counters.close()


def test_refused_requests_are_not_counted(tmp_path: Path) -> None:
    counters = Counters(tmp_path, "keys", slots=64)
    assert admitted(counters, "a", Limits(5, 7)) == 5
    assert admitted(counters, "a", Limits(5, 7)) == 0
    assert admitted(counters, "a", Limits(5, 7), NOW + 60) == 2
    counters.close()


def test_processes_see_each_others_counts(tmp_path: Path) -> None:
    first, second = Counters(tmp_path, "keys", slots=64), Counters(tmp_path, "keys", slots=64)
    assert admitted(first, "a", Limits(5), times=3) == 3
    assert admitted(second, "a", Limits(5)) == 2
    assert admitted(first, "a", Limits(5)) == 0
    assert len(list(tmp_path.iterdir())) == 2
    first.close()
    second.close()


def test_kinds_of_subjects_are_counted_apart(tmp_path: Path) -> None:
    keys, addresses = Counters(tmp_path, "keys", slots=64), Counters(tmp_path, "addresses", slots=64)
    assert admitted(keys, "a", Limits(2)) == admitted(addresses, "a", Limits(2)) == 2
    keys.close()
    addresses.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from moyai.store.counters import Counters, Limits
counters = Counters(Path(sys.argv[1]), "keys", slots=64)
for _ in range(3):
    counters.admit("a", Limits(5, 5), float(sys.argv[2]))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_counts_outlive_a_process_that_is_killed_and_its_file_is_taken_over(tmp_path: Path) -> None:
    source = Path(__file__).parent.parent.parent / "src"
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path, str(NOW)], env={"PYTHONPATH": str(source)})
    assert killed.returncode == -signal.SIGKILL
    counters = Counters(tmp_path, "keys", slots=64)
    assert admitted(counters, "a", Limits(5, 5)) == 2
    assert len(list(tmp_path.iterdir())) == 1
    counters.close()


def test_more_subjects_than_slots_are_limited_all_the_same(tmp_path: Path) -> None:
    counters = Counters(tmp_path, "addresses", slots=32)
    total = sum(admitted(counters, str(n), Limits(2), times=2) for n in range(500))
    assert total >= 32 * 2
    assert len(list(tmp_path.iterdir())) == 1
    assert (tmp_path / "addresses-0").stat().st_size == 32 * 24
    assert admitted(counters, "later", Limits(2), NOW + 60) == 2
    counters.close()


def test_a_slot_is_kept_for_the_day_where_days_are_counted(tmp_path: Path) -> None:
    counters = Counters(tmp_path, "keys", slots=16)
    for n in range(15):
        counters.admit(str(n), Limits(100, 2), NOW)
    assert admitted(counters, "3", Limits(100, 2), NOW + 120) == 1
    assert admitted(counters, "late", Limits(100, 2), NOW + 120) == 2
    assert admitted(counters, "4", Limits(100, 2), NOW + 120) == 1
    counters.close()


def test_a_file_of_another_size_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "keys-0").write_bytes(b"x" * 100)
    counters = Counters(tmp_path, "keys", slots=64)
    assert admitted(counters, "a", Limits(2)) == 2
    assert (tmp_path / "keys-0").stat().st_size == 64 * 24
    counters.close()
