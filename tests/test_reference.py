"""The reference cannot drift: what the program knows of itself stands there as it is now."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from moyai.intake import importing, sample

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").rglob("*.md")) + [
    ROOT / name for name in ("README.md", "README.ja.md", "CONTRIBUTING.md")
]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_what_the_program_says() -> None:
    for name, content in generator().pages().items():
        assert (ROOT / "docs" / "reference" / name).read_text() == content, f"run scripts/reference.py ({name})"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("dataset", ["evacuation-sites", "public-facilities", "public-toilets"])
def test_every_attribute_of_the_sample_is_described(dataset: str) -> None:
    pages = ("evacuation-site.md", "public-facility.md", "public-toilet.md")
    described = "".join((ROOT / "docs" / "reference" / name).read_text() for name in pages)
    seen = {
        name
        for file in sample.index()
        if file.dataset == dataset
        for entities in importing.read_file(
            file.content, file.name, dataset, sample.region(), file.town or None
        ).tenants.values()
        for entity in entities
        for name in entity
    }
    assert {name for name in seen - {"id", "type"} if f"`{name}`" not in described} == set()


def test_both_readmes_say_the_same() -> None:
    english, japanese = ((ROOT / name).read_text() for name in ("README.md", "README.ja.md"))
    for pattern in (r"^#+ ", r"^python3 run\.py \S+", r"^curl .*$", r"!\["):
        found = [re.findall(pattern, text, re.MULTILINE) for text in (english, japanese)]
        assert found[0] == found[1]
