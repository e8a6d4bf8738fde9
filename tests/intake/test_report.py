"""The report as people and programs get it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from moyai.intake.report import COLUMNS, Finding, Report
from moyai.intake.rules import BY_TITLE, RULES, Severity


def report() -> Report:
    made = Report("避難先.csv", rows=2, facts={"文字コード": "UTF-8（BOM付き）", "見出し行": "1行目"})
    made.put(Finding("避難先.csv", 2, "所在地", "箕島1-0", "箕島1", "address-minus-zero", "除いた", tenant="302040"))
    made.put(Finding("避難先.csv", 3, "備考1", "=1+1", "", "unknown-value", "?"))
    return made


def lines(made: Report) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.as_csv().decode("utf-8-sig"), newline="")))


def test_the_csv_opens_in_a_spreadsheet() -> None:
    assert report().as_csv().startswith(b"\xef\xbb\xbf")
    header, *rows = lines(report())
    assert header == ["file", "sheet", "row", "column", "before", "after", "rule", "severity", "message"]
    assert tuple(header) == COLUMNS
    assert all(len(row) == len(header) for row in rows)


def test_the_csv_tells_every_decision_and_every_finding() -> None:
    _, encoding, header, repair, doubt = lines(report())
    assert encoding == ["避難先.csv", "", "", "", "", "UTF-8（BOM付き）", "encoding", "info", "文字コード"]
    assert header[6] == "header"
    assert repair[2:8] == ["2", "所在地", "箕島1-0", "箕島1", "address-minus-zero", "repair"]
    assert doubt[7] == "doubt"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_the_csv_is_a_formula(text: str) -> None:
    made = Report(text, rows=1)
    made.put(Finding(text, 1, text, text, text, "html", text))
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in lines(made)[1])


def test_the_json_holds_the_values_as_they_were() -> None:
    document = json.loads(report().as_json())
    assert document["file"] == "避難先.csv"
    assert document["rows"] == 2
    assert document["facts"]["文字コード"] == "UTF-8（BOM付き）"
    assert document["counts"] == {"address-minus-zero": 1, "unknown-value": 1}
    assert [(each["row"], each["before"], each["severity"]) for each in document["findings"]] == [
        (2, "箕島1-0", "repair"),
        (3, "=1+1", "doubt"),
    ]


def test_the_summary_says_it_in_japanese() -> None:
    summary = report().summary()
    assert "文字コード: UTF-8（BOM付き）" in summary
    assert "記録: 2 件" in summary
    assert "番地の末尾の -0: 1 件（修正）" in summary
    assert "決まりにない値: 1 件（疑い）" in summary


def test_findings_are_counted_by_rule_and_by_severity() -> None:
    assert report().count("address-minus-zero") == 1
    assert report().severities() == {Severity.REPAIR: 1, Severity.DOUBT: 1}


def test_every_rule_has_a_title_of_its_own_and_an_explanation() -> None:
    assert len(BY_TITLE) == len(RULES)
    assert all(rule.name == name and rule.title and rule.explanation.endswith("。") for name, rule in RULES.items())
