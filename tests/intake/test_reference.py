"""The reference describes every attribute that the real files become."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from intake.wakayama import SITES, read

REFERENCE = Path(__file__).parent.parent.parent / "docs" / "reference"


@pytest.mark.parametrize(
    ("page", "dataset", "paths"),
    [
        ("evacuation-site.md", SITES, ["evacuation-sites/wakayamazeniki.csv", "evacuation-sites/inamicho.csv"]),
        ("public-facility.md", "public-facilities", ["public-facilities/list-of-public-facilities.csv"]),
        (
            "public-toilet.md",
            "public-toilets",
            [f"public-toilets/toilet-map{date}.csv" for date in ("", "_20150527", "_20160904")],
        ),
    ],
)
def test_every_attribute_is_described(page: str, dataset: str, paths: list[str]) -> None:
    described = set(re.findall(r"`([A-Za-z_]+)`", (REFERENCE / page).read_text()))
    found = {name for path in paths for own in read(path, dataset).tenants.values() for each in own for name in each}
    assert found - {"id", "type"} <= described
