"""A file of a dataset becomes entities by town, or is refused in words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.wakayama import REGION, SITES, content, read, value
from moyai.errors import BadRequestData
from moyai.intake import importing

HEADER = "避難先名称,所在地,経度：東経（世界測地系10進法）,緯度：北緯（世界測地系10進法）"
ROW = "公民館,有田市箕島1,135.1273,34.0838"


def read_text(text: str, town: str | None = "302040") -> importing.Intake:
    return importing.read_file(text.encode(), "x.csv", SITES, REGION, town)


def test_an_unknown_dataset_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadRequestData, match="evacuation-sites、public-facilities、public-toilets"):
        importing.read_file(b"", "x.csv", "parks", REGION)


def test_an_unknown_town_is_refused() -> None:
    with pytest.raises(BadRequestData, match="団体コード 271004 の市町村は 和歌山県 にありません"):
        read("evacuation-sites/aridashi.csv", SITES, "271004")


def test_missing_columns_are_refused_with_those_that_were_found() -> None:
    with pytest.raises(BadRequestData) as refused:
        read_text("避難先名称,所在地,収容人数,避難種別\n公民館,有田市,1,x\n")
    assert "経度：東経（世界測地系10進法）" in refused.value.detail
    assert "見つかった列: 避難先名称、所在地、収容人数、避難種別" in refused.value.detail


def test_a_list_of_another_kind_is_refused() -> None:
    with pytest.raises(BadRequestData):
        read("public-toilets/toilet-map.csv", SITES)


def test_labels_of_another_width_are_the_same_labels() -> None:
    narrow = unicodedata.normalize("NFKC", HEADER)
    assert narrow != HEADER
    assert read_text(f"{narrow}\n{ROW}\n").tenants == read_text(f"{HEADER}\n{ROW}\n").tenants


def test_a_column_that_is_not_known_is_reported_at_the_headers_row() -> None:
    intake = read_text(f"避難所一覧\n\n{HEADER},管理人\n{ROW},山田\n")
    (doubt,) = [each for each in intake.report.findings if each.rule == "unknown-column"]
    assert (doubt.row, doubt.column) == (3, "管理人")
    assert intake.report.facts["見出しの上"] == "避難所一覧"


def test_cells_of_a_repeated_and_of_an_open_column_are_kept() -> None:
    intake = read_text(f"{HEADER},備考1,備考1,\n{ROW},表,裏,欄外\n")
    (entity,) = intake.tenants["302040"]
    assert value(entity, "remarks") == "表"
    assert value(entity, "surplusCells") == ["裏", "欄外"]
    assert {each.rule for each in intake.report.findings} >= {"repeated-column", "surplus-cells"}


def test_every_finding_of_a_row_names_its_tenant_and_its_entity() -> None:
    intake = read_text(f"{HEADER}\n公民館　,有田市箕島１,,\n", town=None)
    (entity,) = intake.tenants["302040"]
    assert intake.report.findings
    assert {(each.tenant, each.entity, each.row) for each in intake.report.findings} == {("302040", entity["id"], 2)}


def test_rows_alike_are_told_apart_and_doubted() -> None:
    intake = read_text(f"{HEADER}\n{ROW}\n{ROW}\n{ROW.replace('135.1273', '135.1280')}\n")
    assert len({each["id"] for each in intake.tenants["302040"]}) == 3
    doubts = [(each.rule, each.row) for each in intake.report.findings if each.rule.startswith("duplicate")]
    assert doubts == [("duplicate-row", 3), ("duplicate-place", 3), ("duplicate-place", 4)]


def test_progress_ends_with_every_row() -> None:
    steps: list[tuple[int, int]] = []
    importing.read_file(
        content("evacuation-sites/aridashi.csv"),
        "aridashi.csv",
        SITES,
        REGION,
        "302040",
        progress=lambda done, total: steps.append((done, total)),
    )
    assert steps == [(100, 142), (142, 142)]


_cells = st.text(alphabet='1０あ有田市郡-－　 .,"\n☆=', max_size=6)


@settings(deadline=None)
@given(st.lists(st.lists(_cells, max_size=7), max_size=4), st.sampled_from([None, "302040"]))
def test_any_rows_are_kept_every_one_or_refused_in_words(rows: list[list[str]], town: str | None) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    text = "\n".join((HEADER, *quoted))
    try:
        intake = read_text(text, town)
    except BadRequestData as refused:
        assert refused.detail
        return
    entities = [entity for own in intake.tenants.values() for entity in own]
    assert len(entities) == intake.report.rows
    assert len({entity["id"] for entity in entities}) == len(entities)
    assert intake.report.as_csv()
    assert intake.report.as_json()


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from(sorted(importing.DATASETS)))
def test_any_bytes_are_refused_in_words(data: bytes, dataset: str) -> None:
    with pytest.raises(BadRequestData):
        importing.read_file(data, "x.csv", dataset, REGION)
