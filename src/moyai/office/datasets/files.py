"""Uploaded files as they came, kept by their SHA-256 in the data folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from pathlib import Path

from moyai.errors import ResourceNotFound, StorageFull
from moyai.settings import current


def _folder() -> Path:
    folder = current().data / "files"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def path(name: str) -> Path:
    return _folder() / name


def keep(content: bytes) -> str:
    """Store the bytes for good and answer their SHA-256. Raises StorageFull; then nothing is left behind."""
    name = sha256(content)
    kept = path(name)
    if kept.exists():
        return name
    draft = kept.with_name(f"{name}.{os.getpid()}.draft")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(kept)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StorageFull(f"ファイルを保存できませんでした（{error.strerror}）。何も変えていません。") from error
    return name


def read(name: str) -> bytes:
    """The bytes of that SHA-256. Raises ResourceNotFound."""
    try:
        return path(name).read_bytes()
    except FileNotFoundError:
        raise ResourceNotFound("元のファイルが保存場所に見つかりません。もう一度アップロードしてください。") from None


def sweep(wanted: Collection[str]) -> int:
    """Remove every file whose SHA-256 is not wanted any more; answers how many."""
    unwanted = [each for each in _folder().iterdir() if each.name not in wanted]
    for each in unwanted:
        each.unlink(missing_ok=True)
    return len(unwanted)
