from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.platform import Platform


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    found = Platform(tmp_path / "tenants")
    yield found
    found.close()
