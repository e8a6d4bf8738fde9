from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.keeper import Keeper


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    found = Keeper(tmp_path / "tenants")
    yield found
    found.close()
