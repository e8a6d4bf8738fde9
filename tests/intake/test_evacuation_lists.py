"""The thirty real evacuation lists: what was counted in them by hand comes out of the intake."""

from __future__ import annotations

import csv
import io
import time
from collections import Counter

import pytest

from intake.wakayama import REGION, SITES, entities, found, lists, read, rows_with, value
from moyai.intake import compare, importing, sample


def test_the_thirty_lists_hold_3313_sites() -> None:
    assert len(lists()) == 30
    assert sum(1 for _ in entities()) == 3313
    assert sum(intake.report.rows for intake in lists().values()) == 3313
    assert [len(lists()[town].tenants[town]) for town in ("302040", "304280", "304271")] == [142, 364, 7]


def test_identifiers_are_unique_and_name_their_town() -> None:
    identifiers = [entity["id"] for entity in entities()]
    assert len(set(identifiers)) == 3313
    for town, intake in lists().items():
        assert all(entity["id"].startswith(f"urn:ngsi-ld:EvacuationSite:{town}:") for entity in intake.tenants[town])


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        ("surplus-cells", 175),
        ("no-coordinates", 12),
        ("empty-row", 12),
        ("outside-municipality", 6),
        ("near-boundary", 18),
        ("unknown-capacity", 1710),
        ("address-minus-zero", 1909),
        ("full-width-spaces", 3250),
        ("full-width-digits", 533),
        ("duplicate-row", 7),
    ],
)
def test_what_was_counted_by_hand_is_reported_row_by_row(rule: str, rows: int) -> None:
    assert len(rows_with(rule)) == rows


def test_71_rows_repeat_name_and_address_and_one_more_but_for_the_width_of_its_signs() -> None:
    repeats = 0
    for file in sample.index():
        if file.dataset == SITES:
            lines = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline=""))
            places = Counter((line["避難先名称"], line["所在地"]) for line in lines)
            repeats += sum(count - 1 for count in places.values())
    assert repeats == 71
    assert len(rows_with("duplicate-place")) == 72


def test_the_six_points_far_outside_say_how_far_and_where() -> None:
    assert len(found("outside-municipality")) == 6
    assert all(" m（" in finding.message for finding in found("outside-municipality"))


def test_the_six_points_far_outside_agree_with_their_address_in_another_town() -> None:
    assert len(found("address-elsewhere")) == 14
    assert {finding.entity for finding in found("outside-municipality")} < {
        finding.entity for finding in found("address-elsewhere")
    }
    assert all("住所も" in finding.message for finding in found("outside-municipality"))


def test_every_line_names_the_row_and_the_record_and_a_repair_what_was_there() -> None:
    for intake in lists().values():
        own = {entity["id"] for entities in intake.tenants.values() for entity in entities}
        for finding in intake.report.findings:
            assert finding.row is not None and 2 <= finding.row <= intake.report.rows + 1
            assert finding.entity in own
            if finding.rule.startswith("full-width"):
                assert finding.before != finding.after


def test_an_unknown_capacity_is_never_a_number() -> None:
    capacities = [(value(each, "maxCapacity"), value(each, "maxCapacityStatus")) for each in entities()]
    assert Counter(status for _, status in capacities) == {"unknown": 1710, "stated": 1603}
    assert all((number is None) == (status == "unknown") for number, status in capacities)
    assert 0 not in [number for number, _ in capacities]
    both = [
        each
        for each in entities()
        if value(each, "maxCapacityStatus") == value(each, "maxTemporaryCapacityStatus") == "unknown"
    ]
    assert len(both) == 610


def test_surplus_cells_are_kept() -> None:
    kept = [entity["id"] for entity in entities() if "surplusCells" in entity]
    assert kept
    assert sorted(kept) == sorted(finding.entity for finding in found("surplus-cells") if finding.after)


def test_no_address_ends_in_minus_zero_and_no_text_has_a_full_width_space() -> None:
    assert not [each["id"] for each in entities() if str(value(each, "fullAddress")).endswith("-0")]
    assert not [
        (each["id"], name)
        for each in entities()
        for name in each
        if name not in ("id", "type") and "\u3000" in str(value(each, name))
    ]


def test_3301_sites_have_a_location_in_the_prefecture() -> None:
    points = [each["location"]["value"]["coordinates"] for each in entities() if "location" in each]
    assert len(points) == 3301
    assert all(135 < longitude < 136.1 and 33.4 < latitude < 34.4 for longitude, latitude in points)


def test_every_list_is_read_with_its_evidence() -> None:
    for intake in lists().values():
        assert set(intake.report.facts) - {"足りないセル"} == {"文字コード", "区切り文字", "見出し行", "列の対応"}
        assert intake.report.facts["見出し行"].startswith("1行目")


def test_eleven_lists_have_rows_shorter_than_their_header() -> None:
    short = [
        intake.report.facts["足りないセル"] for intake in lists().values() if "足りないセル" in intake.report.facts
    ]
    assert len(short) == 11
    assert "見出しより短い行が 364 行ある（はじめは 2行目）" in short


def test_the_combined_file_is_twelve_rows_short_by_name() -> None:
    whole = read("evacuation-sites/wakayamazeniki.csv", SITES)
    assert whole.report.rows == 3301
    report = compare.combined(list(lists().values()), whole)
    assert report.facts["件数"] == "市町村のファイルの合計 3,313 件、統合ファイル 3,301 件"
    assert Counter(finding.tenant for finding in report.findings) == {"303411": 4, "303445": 4, "303909": 4}
    assert {finding.rule for finding in report.findings} == {"combined-file-short"}
    assert "katsuragicho.csv 65行目の「（名称なし）」が統合ファイルにありません。" in [
        finding.message for finding in report.findings
    ]


def test_all_thirty_are_read_within_five_seconds() -> None:
    begun = time.process_time()
    for file in sample.index():
        if file.dataset == SITES:
            importing.read_file(file.content, file.name, SITES, REGION, file.town)
    assert time.process_time() - begun < 5
