"""Fetch the front-end files that the project carries: exact npm versions, the listed files only, with their licences.

A maintainer runs this after changing a version below and commits the result; nobody else needs npm or Node.

    python3 scripts/vendor_front_end.py
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "src" / "moyai" / "office" / "static" / "vendor"
TESTS = ROOT / "tests" / "vendor"


@dataclass(frozen=True)
class Package:
    """One npm package: which of its files we carry, and where they go (``folder`` within ``target``)."""

    name: str
    version: str
    licence: str
    folder: str
    files: tuple[str, ...]
    target: Path = PAGES


PACKAGES = (
    Package(
        "maplibre-gl",
        "6.17.0",
        "BSD-3-Clause",
        "maplibre-gl",
        # The page and its worker are files of their own, so neither blob: nor unsafe-eval is needed.
        ("dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs", "dist/maplibre-gl.css", "LICENSE.txt"),
    ),
    Package(
        "@digital-go-jp/design-tokens",
        "1.1.9",
        "MIT",
        "design-tokens",
        ("dist/tokens-simple.css", "LICENSE"),
    ),
    Package(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        "axe-core",
        ("axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt"),
        target=TESTS,
    ),
)


def pack(package: Package, folder: Path) -> Path:
    """The package's archive, fetched and checked against the registry's hash by npm itself."""
    subprocess.run(
        ["npm", "pack", "--silent", "--ignore-scripts", f"{package.name}@{package.version}"], cwd=folder, check=True
    )
    (archive,) = folder.glob("*.tgz")
    return archive


def unpack(package: Package, archive: Path) -> list[dict[str, str]]:
    """Replace the package's folder by the listed files; their lines of the manifest."""
    folder = package.target / package.folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tarfile.open(archive) as opened:
        return [_carry(package, opened, member, folder) for member in package.files]


def _carry(package: Package, archive: tarfile.TarFile, member: str, folder: Path) -> dict[str, str]:
    source = archive.extractfile(f"package/{member}")
    if source is None:
        raise FileNotFoundError(f"{package.name}@{package.version} has no file {member}")
    content = source.read()
    file = folder / Path(member).name
    file.write_bytes(content)
    return {
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "file": file.relative_to(package.target).as_posix(),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def main() -> None:
    manifests: dict[Path, list[dict[str, str]]] = {}
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            lines = unpack(package, pack(package, Path(folder)))
        manifests.setdefault(package.target, []).extend(lines)
    for target, lines in manifests.items():
        (target / "manifest.json").write_text(json.dumps(lines, indent=2) + "\n")


if __name__ == "__main__":
    main()
