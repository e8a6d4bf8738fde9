"""The office speaks Japanese first, and English completely."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message

OFFICE = Path(__file__).parent.parent.parent / "src" / "moyai" / "office"
CATALOGUE = OFFICE / "locale" / "en" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
NAMES = {"日本語"}
"""Written in their own language everywhere."""


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return pofile.read_po(file, locale="en", domain="django")


def texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def messages() -> list[Message]:
    return [message for message in catalogue(CATALOGUE) if message.id]


def test_every_text_has_an_english_one() -> None:
    missing = [message.id for message in messages() if message.fuzzy or not all(texts(message))]
    assert missing == []


def test_a_translation_keeps_the_places_for_values() -> None:
    wrong = []
    for message in messages():
        source = message.id if isinstance(message.id, str) else message.id[0]
        wanted = sorted(PLACEHOLDER.findall(source))
        wrong += [source for text in texts(message) if sorted(PLACEHOLDER.findall(text)) != wanted]
    assert wrong == []


def test_an_english_text_is_english() -> None:
    wrong = [text for message in messages() for text in texts(message) if JAPANESE.search(text) and text not in NAMES]
    assert wrong == []


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    compiled = io.BytesIO()
    mofile.write_mo(compiled, catalogue(CATALOGUE))
    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiled.getvalue()


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="needs Debian's gettext")
def test_no_text_of_the_source_is_missing_in_the_catalogue(tmp_path: Path) -> None:
    copy = tmp_path / "office"
    shutil.copytree(OFFICE, copy, ignore=shutil.ignore_patterns("static", "__pycache__"))
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "moyai.office.settings"}
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "en", "--no-location", "--no-obsolete"]
    subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
    found = catalogue(copy / "locale" / "en" / "LC_MESSAGES" / "django.po")
    known = {str(message.id) for message in messages()}
    assert [str(message.id) for message in found if message.id and str(message.id) not in known] == []
