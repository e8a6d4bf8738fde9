"""公衆トイレ一覧, in the three layouts in which it has been published."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from intake.wakayama import REGION, content, read, value
from moyai.intake import importing
from moyai.intake.importing import Intake

DATASET = "public-toilets"
NEWEST, FIRST, SECOND = (f"public-toilets/toilet-map{date}.csv" for date in ("", "_20150527", "_20160904"))


def named(intake: Intake, name: str) -> dict[str, Any]:
    return next(each for own in intake.tenants.values() for each in own if value(each, "name") == name)


def lines(intake: Intake, rule: str) -> list[Any]:
    return [each for each in intake.report.findings if each.rule == rule]


@pytest.mark.parametrize(
    ("path", "rows", "encoding", "title"),
    [
        (NEWEST, 516, "UTF-8（BOMなし）", "観光地の公衆トイレ一覧"),
        (FIRST, 457, "CP932", "トイレ一覧"),
        (SECOND, 458, "UTF-8（BOMなし）", "トイレ一覧"),
    ],
)
def test_every_layout_is_read_whole(path: str, rows: int, encoding: str, title: str) -> None:
    intake = read(path, DATASET)
    assert intake.report.rows == sum(map(len, intake.tenants.values())) == rows
    assert intake.report.facts["文字コード"].startswith(encoding)
    assert intake.report.facts["見出しの上"] == title
    assert "下の 2 行も見出しの続き" in intake.report.facts["見出し行"]
    assert all("name" in each for own in intake.tenants.values() for each in own)


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    lines_of_text = content(NEWEST).decode().splitlines()
    first = next(number for number, line in enumerate(lines_of_text, 1) if ",削除," in line)
    assert lines(read(NEWEST, DATASET), "marked-deleted")[0].row == 106
    assert first > 106  # cells above hold line breaks


def test_rows_marked_as_deleted_are_kept_and_pointed_out() -> None:
    intake = read(NEWEST, DATASET)
    assert len(lines(intake, "marked-deleted")) == 9
    assert Counter(value(each, "name") for each in intake.tenants["300004"]) == {"削除": 9}


@pytest.mark.parametrize("path", [NEWEST, FIRST, SECOND])
def test_the_toilet_in_nara_is_doubted_in_words(path: str) -> None:
    (line,) = lines(read(path, DATASET), "other-prefecture")
    assert line.before == "奈良県吉野郡十津川村大字杉清地内"
    assert "奈良県" in line.message
    assert line.tenant == "302066"


def test_the_column_is_followed_where_the_address_names_no_municipality() -> None:
    assigned = lines(read(NEWEST, DATASET), "assigned-municipality")
    assert len(assigned) == 37
    assert {each.column for each in assigned} == {"市町村名"}


def test_where_address_and_column_disagree_the_address_is_followed() -> None:
    (line,) = lines(read(FIRST, DATASET), "municipality-disagrees")
    assert (line.before, line.after, line.tenant) == ("美浜町", "日高町", "303828")


def test_counts_are_sums_of_the_layout_s_columns() -> None:
    toilet = named(read(NEWEST, DATASET), "小口自然の家")
    assert value(toilet, "totalMaleToilet") == 3
    assert value(toilet, "urinalMaleToilet") == 2
    assert value(toilet, "totalFemaleToilet") == 2
    assert value(toilet, "fullTimeAvailable") == "可"
    assert "totalUnisexToilet" not in toilet
    assert "location" not in toilet


def test_a_multipurpose_toilet_is_found_by_its_equipment() -> None:
    toilet = named(read(NEWEST, DATASET), "貴志川スポーツ公園公衆トイレ")
    assert value(toilet, "multipurposeToilet") == "あり"
    assert "totalMaleToilet" not in toilet


def test_a_bracketed_number_is_doubted() -> None:
    header = "名称,市町村名,住所,利用時間,便器数/男性用/小"
    file = f"{header}\n駅前,有田市,有田市箕島1,終日,３(1)\n".encode()
    intake = importing.read_file(file, "一件.csv", DATASET, REGION)
    assert value(named(intake, "駅前"), "urinalMaleToilet") == 3
    assert [each.after for each in lines(intake, "bracketed-number")] == ["3"]


@pytest.mark.parametrize("path", [NEWEST, FIRST, SECOND])
def test_the_same_bytes_are_the_same_entities(path: str) -> None:
    assert read(path, DATASET) == read(path, DATASET)


def one(**cells: str) -> dict[str, Any]:
    """A file of one row: other cells by their label."""
    row = {"名称": "駅前", "市町村名": "有田市", "住所": "有田市箕島1"} | cells
    file = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
    return named(importing.read_file(file.encode(), "一件.csv", DATASET, REGION), "駅前")


def test_a_total_of_which_a_cell_cannot_be_counted_is_not_put() -> None:
    toilet = one(**{"便器数/男性用/小": "2と1(手)", "便器数/男性用/洋": "1"})
    assert "totalMaleToilet" not in toilet
    assert "urinalMaleToilet" not in toilet
    assert value(one(**{"便器数/男性用/小": "2", "便器数/男性用/洋": "1"}), "totalMaleToilet") == 3


@pytest.mark.parametrize(
    ("hours", "full_time", "start", "end"),
    [
        ("終日", "可", None, None),
        ("24時間", "可", None, None),
        ("9：00～17：30", "不可", "09:00", "17:30"),
        ("平日 8:30~17:15", None, None, None),
    ],
)
def test_hours_are_told_as_the_model_tells_them(
    hours: str, full_time: str | None, start: str | None, end: str | None
) -> None:
    toilet = one(利用時間=hours)
    assert (value(toilet, "fullTimeAvailable"), value(toilet, "startTime"), value(toilet, "endTime")) == (
        full_time,
        start,
        end,
    )
    assert value(toilet, "dateTimeRemarks")


def test_marks_are_true_words_are_texts_and_nothing_is_said_of_what_is_absent() -> None:
    toilet = one(**{"設備/フック": "○", "設備/蛇口": "手動式", "多目的（障害者用）トイレ/オストメイト": "×"})
    assert value(toilet, "hook") is True
    assert value(toilet, "tapType") == "手動式"
    assert "toiletForOstomates" not in toilet


@pytest.mark.parametrize("path", [NEWEST, FIRST, SECOND])
def test_every_column_of_every_layout_has_its_attribute(path: str) -> None:
    assert lines(read(path, DATASET), "unknown-column") == []
