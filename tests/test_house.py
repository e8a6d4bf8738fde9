"""The plan of the house, held: what may be where. The arrows between rooms are in pyproject.toml (import-linter)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "moyai"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
DRAWERS = {"utils", "helpers", "common", "misc", "manager", "base"}
SQL = re.compile(r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE|PRAGMA)\b")


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0]


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def strings(tree: ast.AST) -> Iterator[str]:
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.value


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_module_is_a_drawer(path: Path) -> None:
    assert path.stem not in DRAWERS


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) not in {"store", "office"}], ids=name)
def test_sql_is_written_in_the_store_alone(path: Path) -> None:
    assert [each for each in strings(ast.parse(path.read_text())) if SQL.search(each)] == []


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "settings.py"], ids=name)
def test_the_environment_is_read_by_the_settings_alone(path: Path) -> None:
    assert not re.search(r"\bos\.(environ|getenv)\b", path.read_text())


PACKAGES = [path for path in MODULES if path.name == "__init__.py" and path.parent.name not in {"store", "broker"}]


@pytest.mark.parametrize("path", PACKAGES, ids=name)
def test_packages_hold_nothing_but_a_sentence(path: Path) -> None:
    body = ast.parse(path.read_text()).body
    assert all(isinstance(node, ast.Expr | ast.ImportFrom) for node in body)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_functions_can_be_seen_whole(path: Path) -> None:
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > 60
    ]
    assert long == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_files_can_be_read_at_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 450
