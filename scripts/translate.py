"""Bring the English catalogue up to date with the texts in the source. For maintainers; needs Debian's `gettext`.

The msgid is the Japanese text. Missing translations are listed; the compiled catalogue is written beside the source.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from babel.messages import mofile, pofile

OFFICE = Path(__file__).parent.parent / "src" / "moyai" / "office"
CATALOGUE = OFFICE / "locale" / "en" / "LC_MESSAGES" / "django.po"


def collect() -> None:
    """Django's own extraction over Python and templates."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "en", "--no-location", "--no-wrap"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "moyai.office.settings"}
    subprocess.run([*command, "--ignore", "static/*"], cwd=OFFICE, env=environment, check=True)


def compile_catalogue() -> list[str]:
    """Writes django.mo; answers the msgids that have no translation, or a doubtful one."""
    with CATALOGUE.open("rb") as file:
        catalogue = pofile.read_po(file, locale="en", domain="django")
    with CATALOGUE.with_suffix(".mo").open("wb") as file:
        mofile.write_mo(file, catalogue)
    return [str(message.id) for message in catalogue if message.id and (message.fuzzy or not message.string)]


def main() -> int:
    collect()
    missing = compile_catalogue()
    for msgid in missing:
        print(f"not translated: {msgid}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
