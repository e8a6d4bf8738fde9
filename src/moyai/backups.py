"""A backup of the whole installation, and the way back.

A backup is a folder: a copy of every database taken while the system runs (each one transaction's state), every
other file of the data folder, and ``manifest.json`` with the size and SHA-256 of each. It restores into an empty
data folder only, and only whole.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from moyai.errors import BadRequestData, NewerData
from moyai.settings import Settings
from moyai.store import backup as databases
from moyai.up import DATA_FORMAT

_MANIFEST = "manifest.json"
_LEFT_OUT = {"run", "cache"}
"""Sockets, locks, counters of the running processes, and what can be made again."""


class File(msgspec.Struct, frozen=True):
    path: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    format: int
    """The data folder's (``up.DATA_FORMAT``)."""
    at: str
    files: tuple[File, ...]


def make(using: Settings, target: Path) -> Manifest:
    """Back up the data folder into ``target``, which is new or empty. Raises BadRequestData, OSError.

    The office's database is copied before the tenants': what was being accepted in between is finished again, by
    the same idempotent steps, at the first start after a restore.
    """
    _require_empty(target, "バックアップ先")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    sources = sorted(_files(using.data), key=lambda path: (path != using.office_database, path))
    for source in sources:
        destination = target / source.relative_to(using.data)
        destination.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if source.suffix == ".sqlite3":
            databases.copy(source, destination)
        else:
            shutil.copy2(source, destination)
    manifest = Manifest(
        format=DATA_FORMAT,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        files=tuple(_describe(target, path) for path in sorted(_files(target))),
    )
    (target / _MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    return manifest


def restore(source: Path, using: Settings) -> Manifest:
    """Put a backup into the empty data folder of these settings.

    Raises BadRequestData where the folder is not empty or a file is missing or not as the manifest says, NewerData;
    then the data folder is as it was.
    """
    _require_empty(using.data, "データフォルダ")
    manifest = _read_manifest(source)
    for file in manifest.files:
        _verify(source, file)
    draft = using.data.with_name(using.data.name + ".restoring")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    for file in manifest.files:
        destination = draft / file.path
        destination.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy2(source / file.path, destination)
    if using.data.exists():
        using.data.rmdir()
    draft.rename(using.data)
    return manifest


def _require_empty(folder: Path, name: str) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadRequestData(f"{name} {folder} は空ではありません。新しいフォルダを指定してください。")


def _files(folder: Path) -> Iterator[Path]:
    """Every file to keep; a database's -wal and -shm are part of its copy."""
    for path in folder.rglob("*"):
        is_kept = path.relative_to(folder).parts[0] not in _LEFT_OUT
        if is_kept and path.is_file() and not path.name.endswith(("-wal", "-shm", "-journal")):
            yield path


def _describe(folder: Path, path: Path) -> File:
    return File(path.relative_to(folder).as_posix(), path.stat().st_size, _sha256(path))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_manifest(source: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode((source / _MANIFEST).read_bytes(), type=Manifest)
    except (FileNotFoundError, msgspec.DecodeError) as error:
        raise BadRequestData(f"{source} には読める manifest.json がありません。") from error
    if manifest.format > DATA_FORMAT:
        raise NewerData(f"このバックアップは新しい版の Moyai のものです（形式 {manifest.format}）。")
    return manifest


def _verify(source: Path, file: File) -> None:
    path = source / file.path
    if not path.resolve().is_relative_to(source.resolve()):
        raise BadRequestData(f"manifest.json の {file.path} はバックアップの外を指しています。")
    if not path.is_file():
        raise BadRequestData(f"バックアップの {file.path} がありません。")
    if _sha256(path) != file.sha256:
        raise BadRequestData(f"バックアップの {file.path} が manifest.json と一致しません（壊れています）。")
