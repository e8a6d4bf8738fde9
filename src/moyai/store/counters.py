"""Counts of requests by minute and by day, shared by the worker processes without a write to any database.

Each process counts in a file of its own that is mapped into memory, so a count is there for all the moment it is made
and outlives ``kill -9``; a check adds up the files. A process takes over the file of one that is gone, so there are
never more files than there were processes at a time.

Windows are fixed: a minute of the clock, and a day as Japan counts it. Two processes that ask in the same instant may
each admit one request too many.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from moyai.errors import TooManyRequests

_SLOT = struct.Struct("<QIIII")
"""Who (a hash, never 0), minute, requests in it, day, requests in it."""
_TRIED = 16
"""Slots where one subject may stand, beginning at its hash."""
_JAPAN = 9 * 3600
_DAY = 86_400


class Limits(NamedTuple):
    per_minute: int
    per_day: int | None = None


class _Slot(NamedTuple):
    subject: int
    minute: int
    in_minute: int
    day: int
    in_day: int


class Counters:
    """One kind of subject, counted under a name in a folder."""

    def __init__(self, folder: Path, name: str, *, slots: int) -> None:
        """``slots``: subjects of a minute (a day, where daily limits are used) that one process can tell apart."""
        self._folder = folder
        self._name = name
        self._slots = slots
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._own = self._claim()
        self._others: dict[str, _File] = {}
        self._looked_at = -1

    def close(self) -> None:
        for file in (self._own, *self._others.values()):
            file.close()

    def admit(self, subject: str, limits: Limits, now: float) -> None:
        """Count one request; raises TooManyRequests, and does not count, where that would be one too many."""
        number, minute, day = _number(subject), int(now // 60), int((now + _JAPAN) // _DAY)
        self._find_others(minute)
        in_minute = in_day = 0
        for file in (self._own, *self._others.values()):
            slot = file.find(number)
            if slot is not None:
                in_minute += slot.in_minute if slot.minute == minute else 0
                in_day += slot.in_day if slot.day == day else 0
        if limits.per_day is not None and in_day >= limits.per_day:
            until = int(_DAY - (now + _JAPAN) % _DAY) + 1
            raise TooManyRequests(f"the {limits.per_day} requests of today are used up", retry_after=until)
        if in_minute >= limits.per_minute:
            until = int(60 - now % 60) + 1
            raise TooManyRequests(f"more than {limits.per_minute} requests a minute", retry_after=until)
        self._own.count(number, minute, day, keeps_day=limits.per_day is not None)

    def _claim(self) -> _File:
        """A file that no living process counts in."""
        n = 0
        while True:
            file = _File(self._folder / f"{self._name}-{n}", self._slots)
            if file.take():
                return file
            file.close()
            n += 1

    def _find_others(self, minute: int) -> None:
        """New processes are seen within a minute, and when one is full of nobody's counts nothing is missed."""
        if minute == self._looked_at:
            return
        self._looked_at = minute
        for path in self._folder.glob(f"{self._name}-*"):
            if path != self._own.path and path.name not in self._others:
                self._others[path.name] = _File(path, self._slots)


class _File:
    def __init__(self, path: Path, slots: int) -> None:
        self.path = path
        self._slots = slots
        size = slots * _SLOT.size
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.fstat(self._descriptor).st_size != size:
            # posix_fallocate: on a full disk a hole in a mapped file would kill the process when it is filled.
            os.ftruncate(self._descriptor, 0)
            os.posix_fallocate(self._descriptor, 0, size)
        self._map = mmap.mmap(self._descriptor, size)

    def take(self) -> bool:
        """Whether this process is now the one that counts here."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        self._map.close()
        os.close(self._descriptor)

    def find(self, subject: int) -> _Slot | None:
        for at in self._places(subject):
            slot = _Slot(*_SLOT.unpack_from(self._map, at))
            if slot.subject == subject:
                return slot
            if slot.subject == 0:  # never used: nobody was ever put behind it
                break
        return None

    def count(self, subject: int, minute: int, day: int, *, keeps_day: bool) -> None:
        at, slot = self._place(subject, minute, day, keeps_day)
        in_minute = slot.in_minute + 1 if slot.minute == minute else 1
        in_day = slot.in_day + 1 if slot.day == day else 1
        _SLOT.pack_into(self._map, at, slot.subject, minute, in_minute, day, in_day)

    def _place(self, subject: int, minute: int, day: int, keeps_day: bool) -> tuple[int, _Slot]:
        """The subject's slot; else one that nobody needs any more; else one that it must share."""
        free: tuple[int, _Slot] | None = None
        for at in self._places(subject):
            slot = _Slot(*_SLOT.unpack_from(self._map, at))
            if slot.subject == subject:
                return at, slot
            is_over = slot.day < day if keeps_day else slot.minute < minute
            if free is None and is_over:
                free = at, _Slot(subject, 0, 0, 0, 0)
            if slot.subject == 0:
                break
        return free or (at, slot)

    def _places(self, subject: int) -> Iterator[int]:
        for n in range(_TRIED):
            yield (subject + n) % self._slots * _SLOT.size


@lru_cache(maxsize=4_096)
def _number(subject: str) -> int:
    return int.from_bytes(hashlib.blake2b(subject.encode(), digest_size=8).digest()) or 1
