"""The registry of rules, held against the code that applies them and the reference that explains them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from moyai.intake.rules import BY_TITLE, RULES, Rule

ROOT = Path(__file__).parent.parent.parent
INTAKE = ROOT / "src" / "moyai" / "intake"
SOURCE = "\n".join(path.read_text() for path in INTAKE.rglob("*.py") if path.name != "rules.py")


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_every_rule_is_applied_somewhere(rule: Rule) -> None:
    assert f'"{rule.name}"' in SOURCE or f'facts["{rule.title}"]' in SOURCE


def test_every_decision_about_a_file_is_told_under_a_rule() -> None:
    assert set(re.findall(r'facts\["([^"]+)"\]', SOURCE)) <= set(BY_TITLE)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_the_reference_explains_every_rule_as_the_program_does(rule: Rule) -> None:
    reference = (ROOT / "docs" / "reference" / "intake-rules.md").read_text()
    assert f"| `{rule.name}` | {rule.severity} | {rule.title} | {rule.explanation} |" in reference


def test_the_reference_explains_no_rule_that_is_none() -> None:
    reference = (ROOT / "docs" / "reference" / "intake-rules.md").read_text()
    assert set(re.findall(r"^\| `([^`]+)`", reference, re.MULTILINE)) == set(RULES)
