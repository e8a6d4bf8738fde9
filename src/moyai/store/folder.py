"""The folder of tenants: one file each, named after its tenant."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from moyai.errors import NonexistentTenant
from moyai.model import tenant as tenant_names
from moyai.store.connection import full_disk_told, open_writer

_SUFFIX = ".sqlite3"
_BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside a file while it is open."""


@lru_cache(maxsize=4_096)
def path(folder: Path, tenant: str) -> Path:
    """Where a tenant's file is. Raises NonexistentTenant for a name that can be none, such as ``../x``."""
    if not tenant_names.is_tenant_name(tenant):
        raise NonexistentTenant(f"there is no tenant '{tenant}'")
    return folder / (tenant + _SUFFIX)


def names(folder: Path) -> list[str]:
    """The tenants there are, in order."""
    try:
        found = [entry.name.removesuffix(_SUFFIX) for entry in os.scandir(folder) if entry.name.endswith(_SUFFIX)]
    except FileNotFoundError:
        return []
    return sorted(name for name in found if tenant_names.is_tenant_name(name))


def create(folder: Path, tenant: str) -> bool:
    """Whether it was new. The file appears under its name when it is whole. Raises BadRequestData, StorageFull."""
    file = path(folder, tenant_names.validated_name(tenant))
    if file.exists():
        return False
    with full_disk_told():
        folder.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.new")
        _unlink(draft)
        open_writer(draft, create=True).close()
        # A log that a removed file of this name left behind would be taken for the new one's.
        for ending in _BESIDE:
            file.with_name(file.name + ending).unlink(missing_ok=True)
        draft.rename(file)
        _sync(folder)
    return True


def remove(folder: Path, tenant: str) -> None:
    """Nothing happens where there is none."""
    _unlink(path(folder, tenant))
    if folder.exists():
        _sync(folder)


def _unlink(file: Path) -> None:
    file.unlink(missing_ok=True)
    for ending in _BESIDE:
        file.with_name(file.name + ending).unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Make names durable: a rename is safe only when the folder has reached the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
