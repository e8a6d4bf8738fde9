"""The schema of a tenant's file: its version stands in the file, and the way is forwards only."""

from __future__ import annotations

from functools import cache
from importlib import resources

import apsw

from moyai.errors import NewerData


@cache
def steps() -> tuple[str, ...]:
    """The text of each migration; the n-th takes a file from version n to n + 1."""
    folder = resources.files("moyai.store") / "schema" / "sqlite"
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".sql"))
    return tuple((folder / name).read_text(encoding="utf-8") for name in names)


def latest() -> int:
    return len(steps())


def version(connection: apsw.Connection) -> int:
    """The version of an open file. Raises NewerData where this program does not know it."""
    found = int(connection.execute("PRAGMA user_version").get)
    if found > latest():
        name = connection.filename
        raise NewerData(f"{name} has schema version {found}; this Moyai knows versions up to {latest()}")
    return found


def bring_up_to_date(connection: apsw.Connection) -> bool:
    """Whether anything had to be done. All steps are one transaction: a file is of the old version or the new."""
    if version(connection) == latest():
        return False
    with connection:
        for number, step in enumerate(steps()[version(connection) :], start=version(connection) + 1):
            connection.execute(step)
            connection.execute(f"PRAGMA user_version = {number}")
    return True
