"""Write the reference pages that the program itself knows: commands, settings, routes, errors, rules.

`python scripts/reference.py` writes them; a test holds the files equal to what this makes.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import typer

from moyai import settings
from moyai.api import app as api
from moyai.api import problem
from moyai.broker import Broker
from moyai.cli import app as commands
from moyai.intake.rules import RULES

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
_NOTE = "<!-- Written by scripts/reference.py. -->\n\n"


def pages() -> dict[str, str]:
    """File name → content."""
    return {
        "commands.md": _commands(),
        "settings.md": _settings(),
        "routes.md": _routes(),
        "errors.md": _errors(),
        "intake-rules.md": _rules(),
    }


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, tuple("---" for _ in head), *rows)]
    return "\n".join(lines) + "\n"


def _commands() -> str:
    text = _NOTE + "# Commands\n\n`python3 run.py COMMAND …` or `.venv/bin/moyai COMMAND …`.\n"
    for path, command in _walk(typer.main.get_command(commands), ()):
        text += f"\n## moyai {' '.join(path)}\n\n{command.help or ''}\n"
        options = [parameter for parameter in command.params if parameter.name != "help"]
        shown = [each for each in options if not getattr(each, "hidden", False)]
        if shown:
            text += "\n" + _table(("option", "meaning"), (_option(each) for each in shown))
    return text


def _walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
        return
    for name in sorted(children):
        yield from _walk(children[name], (*path, name))


def _option(parameter: Any) -> tuple[str, str]:
    names = parameter.opts if parameter.param_type_name == "option" else [str(parameter.name).upper()]
    variable = f" (`{parameter.envvar}`)" if parameter.envvar else ""
    return " ".join(f"`{name}`" for name in names), f"{getattr(parameter, 'help', '') or ''}{variable}"


def _settings() -> str:
    """Every field of the record with the sentence that stands below it in the source."""
    (record,) = [node for node in ast.parse(inspect.getsource(settings)).body if isinstance(node, ast.ClassDef)]
    sentences: dict[str, str] = {}
    for node, after in zip(record.body, [*record.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            sentences[cast(ast.Name, node.target).id] = str(after.value.value).replace("``", "`")
    defaults = settings.Settings()
    rows = (
        (f"`MOYAI_{each.name.upper()}`", f"`{_shown(getattr(defaults, each.name))}`", sentences.get(each.name, ""))
        for each in fields(settings.Settings)
    )
    return (
        _NOTE
        + "# Settings\n\nEnvironment variables, read once at the start.\n\n"
        + _table(("variable", "default", "meaning"), rows)
    )


def _shown(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _routes() -> str:
    rows = ((each.method, f"`/{api.PREFIX}/{each.path}`", each.clause) for each in api.routes(cast(Broker, None)))
    head = "# Routes\n\nEvery operation of the NGSI-LD API with its clause of ETSI GS CIM 009 V1.9.1.\n\n"
    return _NOTE + head + _table(("method", "path", "clause"), rows)


def _errors() -> str:
    rows = (
        (f"`{kind.__name__}`", str(status), f"`{type_uri}`", title) for kind, status, type_uri, title in problem.TABLE
    )
    head = (
        "# Errors\n\nEvery failure is `application/problem+json` (RFC 9457). `detail` says what happened and where.\n\n"
    )
    return _NOTE + head + _table(("kind", "status", "type", "title"), rows)


def _rules() -> str:
    rows = ((f"`{each.name}`", str(each.severity), each.title, each.explanation) for each in RULES.values())
    head = "# Rules of the intake (取り込みの規則)\n\nA line of a report names one of these.\n\n"
    return _NOTE + head + _table(("rule", "severity", "題", "説明"), rows)


def main() -> None:
    for name, content in pages().items():
        (REFERENCE / name).write_text(content)


if __name__ == "__main__":
    main()
