"""The front-end files that the project carries are what its maintainers fetched."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = (ROOT / "src" / "moyai" / "office" / "static" / "vendor", ROOT / "tests" / "vendor")


def manifest(folder: Path) -> list[dict[str, str]]:
    lines: list[dict[str, str]] = json.loads((folder / "manifest.json").read_text())
    return lines


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_file_has_the_hash_it_was_fetched_with(folder: Path) -> None:
    now = {line["file"]: hashlib.sha256((folder / line["file"]).read_bytes()).hexdigest() for line in manifest(folder)}
    assert now == {line["file"]: line["sha256"] for line in manifest(folder)}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_no_file_is_there_unlisted(folder: Path) -> None:
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == {line["file"] for line in manifest(folder)} | {"manifest.json"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_package_brings_its_licence(folder: Path) -> None:
    packages = {line["name"] for line in manifest(folder)}
    assert {line["name"] for line in manifest(folder) if "LICENSE" in line["file"]} == packages
