"""公共施設一覧: each facility to the municipality of its address, checked by its position."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

import pytest

from intake.wakayama import REGION, read, value
from moyai.intake import importing
from moyai.intake.datasets import public_facilities as facilities
from moyai.intake.importing import Intake

DATASET = "public-facilities"
PATH = "public-facilities/list-of-public-facilities.csv"
ROW = {
    "名称": "市役所",
    "住所": "有田市箕島５０",
    "住所2": "有田市",
    "経度": "135.128",
    "緯度": "34.083",
    "階数": "地上３階",
    "敷地内の状況および施設入口": "◎自動ドア　有り<br>◎車椅子利用：可",
}


@pytest.fixture(scope="module")
def whole() -> Intake:
    return read(PATH, DATASET)


def facility(town: str | None = None, **cells: str) -> Intake:
    """A file of one facility."""
    row = {**ROW, **cells}
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([row.keys(), row.values()])
    return importing.read_file(buffer.getvalue().encode(), "一件.csv", DATASET, REGION, town)


def rules(intake: Intake) -> set[str]:
    return {each.rule for each in intake.report.findings}


def only(intake: Intake) -> dict[str, Any]:
    ((entity,),) = intake.tenants.values()
    return entity


def test_the_list_holds_1758_facilities(whole: Intake) -> None:
    assert whole.report.rows == sum(map(len, whole.tenants.values())) == 1758
    assert len({each["id"] for own in whole.tenants.values() for each in own}) == 1758
    assert (len(whole.tenants["302015"]), len(whole.tenants["302040"]), len(whole.tenants["304271"])) == (397, 42, 3)


def test_quotes_that_were_doubled_are_mended_and_said_so(whole: Intake) -> None:
    assert "54 か所" in whole.report.facts["引用符"]
    assert "surplus-cells" not in rules(whole)


def test_what_no_address_assigns_goes_to_the_prefecture(whole: Intake) -> None:
    assert len(whole.tenants["300004"]) == 2
    lines = [each for each in whole.report.findings if each.rule == "no-municipality"]
    assert {each.before for each in lines} == {"その他深山地内", "その他臨海"}
    assert {each.tenant for each in lines} == {"300004"}


def test_disagreements_are_told_with_their_distance(whole: Intake) -> None:
    counts = Counter(each.rule for each in whole.report.findings)
    assert (counts["municipality-disagrees"], counts["outside-municipality"], counts["near-boundary"]) == (1, 1, 26)
    (far,) = (each for each in whole.report.findings if each.rule == "outside-municipality")
    assert "田辺市の外" in far.message
    assert "橋本市の中" in far.message


def test_a_facility_has_the_words_of_the_standard_model() -> None:
    entity = only(facility())
    assert entity["type"] == facilities.TYPE
    assert entity["id"].startswith("urn:ngsi-ld:PublicFacility:302040:")
    assert value(entity, "fullAddress") == "有田市箕島50"
    assert value(entity, "floors") == "地上3階"
    assert value(entity, "entrance") == "◎自動ドア 有り / ◎車椅子利用：可"
    assert value(entity, "wheelchairAccessible") == "可"
    assert value(entity, "localGovernmentCode") == "302040"
    assert value(entity, "location") == {"type": "Point", "coordinates": [135.128, 34.083]}


def test_the_address_counts_for_more_than_the_column() -> None:
    intake = facility(住所2="海南市")
    assert list(intake.tenants) == ["302040"]
    assert "municipality-disagrees" in rules(intake)


def test_where_the_address_says_nothing_the_column_does() -> None:
    intake = facility(住所="箕島50")
    assert list(intake.tenants) == ["302040"]
    assert "assigned-municipality" in rules(intake)


def test_an_address_of_another_prefecture_is_doubted() -> None:
    for town in (None, "302040"):
        intake = facility(town, 住所="奈良県吉野郡十津川村1")
        (line,) = (each for each in intake.report.findings if each.rule == "other-prefecture")
        assert "奈良県" in line.message
        assert line.severity == "doubt"
    assert "other-prefecture" not in rules(facility(住所="和歌山県有田市箕島50"))


def test_hours_of_one_span_become_start_and_end_and_the_cell_stays_whole() -> None:
    ((entity,),) = facility(利用時間="９：００～１７：００").tenants.values()
    assert (value(entity, "startTime"), value(entity, "endTime")) == ("09:00", "17:00")
    assert value(entity, "dateTimeRemarks") == "9：00～17：00"
    ((other,),) = facility(利用時間="9:00～12:00、13:00～17:00").tenants.values()
    assert "startTime" not in other
