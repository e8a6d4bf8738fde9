"""What a file is, found by evidence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moyai.errors import BadRequestData
from moyai.intake import detect

TEXT = "名称,住所,緯度\n保田公民館,有田市辻堂,34.07\n"
KNOWN = {detect.folded(label) for label in ("名称", "住所", "便器数/男性用/洋", "便器数/男性用/和", "備考", "利用時間")}


@pytest.mark.parametrize(
    ("content", "name", "evidence"),
    [
        (TEXT.encode("utf-8-sig"), "UTF-8（BOM付き）", "BOM がある"),
        (TEXT.encode(), "UTF-8（BOMなし）", "UTF-8 として正しい"),
        (TEXT.encode("cp932"), "CP932（Shift_JIS）", "CP932 としてはすべて正しい"),
        (b"name,address\n", "UTF-8", "ASCII"),
    ],
)
def test_the_encoding_is_told_with_its_evidence(content: bytes, name: str, evidence: str) -> None:
    found = detect.encoding(content)
    assert found.name == name
    assert evidence in found.evidence


_written = st.text(alphabet='亜保田公民館①－～,\n"a1', min_size=1).filter(lambda text: not text.isascii())
"""Signs whose bytes in CP932 are no UTF-8."""


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932"])
@settings(deadline=None)
@given(text=_written)
def test_what_was_written_is_read(codec: str, text: str) -> None:
    content = text.encode(codec)
    assert content.decode(detect.encoding(content).codec) == text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,\0\n", "2行目（ファイルの先頭から 7 バイト目）に NUL"),
        ("名称,住所\n公民館,有田市箕島\n".encode("euc_jp"), "EUC-JP のようです"),
        ("名称,住所\n".encode("iso2022_jp"), "ISO-2022-JP"),
        ("名称\n一\n".encode() + b"\xff\xff\n", "3行目"),
        ("名称\n".encode("utf-8-sig") + b"\xff\n", "2行目"),
        (b"PK\x03\x04rest", "Excel"),
        (b"\xd0\xcf\x11\xe0rest", "Excel"),
        (b"%PDF-1.7", "PDF"),
        ("名称".encode("utf-16"), "UTF-16"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_do_or_where(content: bytes, said: str) -> None:
    with pytest.raises(BadRequestData, match=said):
        detect.encoding(content)


def test_a_bad_byte_late_in_the_file_is_the_one_that_is_named() -> None:
    """UTF-8 but for one byte: CP932 fails long before, which is of no use to who looks for the fault."""
    lines = ["名称,住所\n"] + ["公民館,有田市\n"] * 30
    content = "".join(lines).encode() + b"\x81\xff\n"
    with pytest.raises(BadRequestData, match="32行目") as refused:
        detect.encoding(content)
    assert "そこまでは UTF-8 として正しい" in refused.value.detail


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_have_an_encoding_that_reads_them_or_are_refused(content: bytes) -> None:
    try:
        found = detect.encoding(content)
    except BadRequestData:
        return
    content.decode(found.codec)


# ── the header ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_header_in_the_first_row() -> None:
    found = detect.header([["名称", "住所", "備考"], ["公民館", "有田市", ""]], KNOWN)
    assert (found.first, found.height, found.labels) == (0, 1, ("名称", "住所", "備考"))
    assert found.evidence == "1行目に知られた見出しが 3 個ある"


def test_rows_above_the_header_are_a_title() -> None:
    rows = [["公衆トイレ一覧"], ["名称", "住所", "備考"], ["駅前", "有田市", ""]]
    found = detect.header(rows, KNOWN, numbers=[1, 4, 5])
    assert (found.first, found.end) == (1, 2)
    assert found.evidence.startswith("4行目")


def test_a_header_of_several_rows_is_joined() -> None:
    rows = [
        ["名称", "住所", "利用\n時間", "便器数", "", "備考"],
        ["", "", "", "男性用", "", ""],
        ["", "", "", "洋", "和", ""],
        ["駅前", "有田市", "終日", "1", "2", ""],
    ]
    found = detect.header(rows, KNOWN)
    assert found.height == 3
    assert found.labels == ("名称", "住所", "利用時間", "便器数/男性用/洋", "便器数/男性用/和", "備考")


def test_a_record_that_begins_blank_is_no_part_of_the_header() -> None:
    rows = [["名称", "住所", "備考", "利用時間"], ["", "", "", "終日"], ["駅前", "有田市", "", ""]]
    assert detect.header(rows, KNOWN).height == 1


@pytest.mark.parametrize("label", ["名称", " 名 称 ", "名\n称", "名称　"])
def test_spaces_and_line_breaks_make_no_other_label(label: str) -> None:
    assert detect.folded(label) == detect.folded("名称")


def test_width_and_look_alike_dashes_make_no_other_label() -> None:
    assert detect.folded("収容人数(一時)") == detect.folded("収容人数（一時）")
    assert detect.folded("都道府県コ―ド") == detect.folded("都道府県コード")


@pytest.mark.parametrize("rows", [[], [["あ", "い"]], [["名称", "x", "y"]]])
def test_a_file_without_a_header_is_refused_with_what_stands_there(rows: list[list[str]]) -> None:
    with pytest.raises(BadRequestData, match="見出しの行が見つかりません") as refused:
        detect.header(rows, KNOWN)
    if rows:
        assert rows[0][0] in refused.value.detail
