"""The sample region's real files, carried in the package with their licences."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from moyai.intake import region as region_files
from moyai.intake.region import Region


@dataclass(frozen=True)
class SampleFile:
    """One line of ``index.csv``."""

    path: str
    """Below the sample's folder."""
    dataset: str
    town: str
    """A local government code; empty for a file of the whole prefecture."""
    title: str
    licence: str
    credit: str
    source: str
    """Where it was published."""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def content(self) -> bytes:
        return _folder().joinpath(*self.path.split("/")).read_bytes()


def _folder() -> Traversable:
    return files("moyai").joinpath("sample", "wakayama")


@cache
def region() -> Region:
    """和歌山県 with its bureaus and municipalities."""
    folder = _folder()
    return region_files.read(
        folder.joinpath("municipalities.csv").read_bytes(), folder.joinpath("boundaries.geojson").read_bytes()
    )


def index() -> Iterator[SampleFile]:
    """The files to load, in 団体コード order, those of the whole prefecture last."""
    text = _folder().joinpath("index.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        yield SampleFile(**row)
