"""The sample region's files, read once for all tests that only look."""

from __future__ import annotations

import pytest

from intake.files import Lists, read_lists
from moyai.intake import sample
from moyai.intake.region import Region


@pytest.fixture(scope="session")
def region() -> Region:
    return sample.region()


@pytest.fixture(scope="session")
def lists(region: Region) -> Lists:
    """The evacuation lists of the 30 municipalities."""
    return read_lists(region)
