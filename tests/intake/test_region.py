"""A region's two files: read whole, or refused with every reason."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.wakayama import REGION, content
from moyai.errors import BadRequestData
from moyai.intake import region
from moyai.intake.region import Region

TOWNS = content("municipalities.csv")
SHAPES = content("boundaries.geojson")


def edited(changes: dict[tuple[int, str], str]) -> bytes:
    """The real file with other cells: ``(line, column)`` → text."""
    lines = list(csv.reader(io.StringIO(TOWNS.decode("utf-8-sig"), newline="")))
    for (line, column), text in changes.items():
        lines[line - 1][lines[0].index(column)] = text
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


def shapes(change: Any) -> bytes:
    document = json.loads(SHAPES)
    change(document)
    return json.dumps(document).encode()


def refusal(towns: bytes = TOWNS, boundaries: bytes = SHAPES) -> list[str]:
    with pytest.raises(BadRequestData) as refused:
        region.read(towns, boundaries)
    return refused.value.detail.splitlines()


def test_wakayama_has_thirty_municipalities_in_seven_bureaus() -> None:
    assert (REGION.prefecture.code, REGION.prefecture.name) == ("300004", "和歌山県")
    codes = [town.code for town in REGION.municipalities]
    assert len(codes) == 30
    assert codes == sorted(codes)
    assert len({town.bureau for town in REGION.municipalities if town.bureau}) == 7
    assert sum(town.population or 0 for town in REGION.municipalities) == 922_584
    arida = REGION.by_code["302040"]
    assert (arida.name, arida.kana, arida.kind, arida.bureau) == ("有田市", "ありだし", "city", "有田振興局")
    assert "国土数値情報" in REGION.attribution


def test_neighbours_name_each_other() -> None:
    # 北山村 lies between 三重県 and 奈良県.
    assert [town.name for town in REGION.municipalities if not town.neighbours] == ["北山村"]
    for town in REGION.municipalities:
        for code in town.neighbours:
            assert town.code in REGION.by_code[code].neighbours


def test_every_hall_lies_in_its_municipality() -> None:
    for town in REGION.municipalities:
        assert town.hall_longitude and town.hall_latitude
        assert REGION.at(town.hall_longitude, town.hall_latitude) is town
        assert town.metres_outside(town.hall_longitude, town.hall_latitude) == 0


def test_the_distance_outside_is_that_of_the_ground() -> None:
    corner = [[[135.0, 34.0], [135.1, 34.0], [135.1, 34.1], [135.0, 34.1], [135.0, 34.0]]]

    def squared(document: dict[str, Any]) -> None:
        document["features"][0]["geometry"] = {"type": "Polygon", "coordinates": corner}

    square = region.read(TOWNS, shapes(squared)).by_code["302015"]
    # On the ellipsoid a hundredth of a degree at 34° N is 1,109 m northwards and 924 m eastwards.
    assert square.metres_outside(135.05, 33.99) == pytest.approx(1109, rel=0.01)
    assert square.metres_outside(135.11, 34.05) == pytest.approx(924, rel=0.01)
    assert square.metres_outside(135.05, 34.05) == 0


def test_a_point_in_the_sea_is_in_no_municipality() -> None:
    assert REGION.at(134.5, 33.0) is None


@pytest.mark.parametrize(
    ("address", "town"),
    [
        ("有田市箕島50", "有田市"),
        ("和歌山県有田市箕島50", "有田市"),
        ("和歌山県　有田郡有田川町下津野2018-4", "有田川町"),
        ("有田郡湯浅町湯浅1668-1", "湯浅町"),
        ("湯浅町湯浅1668-1", "湯浅町"),
        ("日高郡日高川町土生160", "日高川町"),
        ("日高郡日高町高家626", "日高町"),
        ("日高郡　日高川町 土生160", "日高川町"),
        (" 和歌山県 田辺市 龍神村龍神484-5", "田辺市"),
        ("西牟婁郡串本町串本1800", "串本町"),
        ("伊都郡かつらぎ町丁ノ町2160", "かつらぎ町"),
        ("和歌山市七番丁23", "和歌山市"),
        ("和歌山県和歌山市七番丁23", "和歌山市"),
    ],
)
def test_an_address_names_its_municipality(address: str, town: str) -> None:
    found = REGION.of_address(address)
    assert found is not None
    assert found.name == town


@pytest.mark.parametrize("address", ["", "大阪市北区", "その他臨海", "和歌山県", "那賀郡桃山町元1", "日高郡"])
def test_an_address_that_names_none_has_none(address: str) -> None:
    assert REGION.of_address(address) is None


def test_a_name_that_two_municipalities_share_needs_its_county() -> None:
    twins = region.read(edited({(14, "name"): "湯浅町"}), SHAPES)
    assert twins.of_address("湯浅町湯浅1668-1") is None
    for county in ("有田郡", "伊都郡"):
        found = twins.of_address(f"{county}湯浅町湯浅1668-1")
        assert found is not None
        assert found.county == county


@pytest.mark.parametrize(
    ("line", "column", "text", "said"),
    [
        (5, "code", "302041", "検査数字"),
        (5, "code", "30204", "半角数字6桁"),
        (6, "code", "302040", "5行目にもあります"),
        (5, "name", "", "name が空"),
        (5, "kind", "市", "city"),
        (5, "prefecture", "大阪府", "はじめの行"),
        (5, "prefecture", "", "prefecture が空"),
        (5, "population", "約2万", "整数"),
        (5, "population", "-1", "整数"),
        (5, "population", "１２", "半角"),
        (5, "area_km2", "nan", "数ではありません"),
        (5, "area_km2", "1e9", "数ではありません"),
        (5, "hall_latitude", "340.5", "-90 から 90"),
        (5, "neighbours", "302023 999999", "隣接する 999999"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_line(line: int, column: str, text: str, said: str) -> None:
    problems = refusal(edited({(line, column): text}))
    assert any(each.startswith(f"municipalities.csv {line}行目: ") and said in each for each in problems)


def test_every_problem_is_told_at_once() -> None:
    problems = refusal(edited({(2, "code"): "302010", (3, "population"): "x", (9, "kind"): "?"}))
    lines = [each.split(":")[0] for each in problems]
    assert "municipalities.csv 2行目" in lines
    assert "municipalities.csv 3行目" in lines
    assert "municipalities.csv 9行目" in lines


def test_a_missing_column_and_a_cell_too_many_are_refused() -> None:
    assert "population" in refusal(TOWNS.replace(b"population", b"people"))[0]
    longer = TOWNS.decode().splitlines()
    longer[3] += ",x"
    assert refusal("\n".join(longer).encode())[0].startswith("municipalities.csv 4行目: セルが 15 個")


def test_a_file_in_another_encoding_is_refused_with_its_line() -> None:
    assert refusal(TOWNS.decode("utf-8-sig").encode("cp932")) == ["municipalities.csv 2行目: UTF-8 として読めません。"]


def test_an_empty_file_is_refused() -> None:
    header = TOWNS.splitlines(keepends=True)[0]
    assert "一行もありません" in refusal(header, b'{"type":"FeatureCollection","features":[]}')[0]


def test_a_municipality_without_a_shape_is_refused_with_its_line() -> None:
    def forget(document: dict[str, Any]) -> None:
        document["features"] = [each for each in document["features"] if each["properties"]["code"] != "302040"]

    assert refusal(boundaries=shapes(forget)) == [
        "municipalities.csv 5行目: 有田市（302040）の境界が boundaries.geojson にありません。"
    ]


def test_a_shape_without_a_municipality_is_refused() -> None:
    def add(document: dict[str, Any]) -> None:
        document["features"].append({**document["features"][0], "properties": {"code": "271004"}})

    assert "271004" in refusal(boundaries=shapes(add))[0]


BOW_TIE = [[[135, 34], [136, 35], [136, 34], [135, 35], [135, 34]]]


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (None, "Polygon か MultiPolygon"),
        ({"type": "Point", "coordinates": [135, 34]}, "Polygon か MultiPolygon"),
        ({"type": "Polygon"}, "座標が読めません"),
        ({"type": "Polygon", "coordinates": "x"}, "座標が読めません"),
        ({"type": "Polygon", "coordinates": []}, "座標がありません"),
        ({"type": "Polygon", "coordinates": BOW_TIE}, "輪が交わる"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [15000000, 0], [0, 4000000], [0, 0]]]}, "経度・緯度"),
    ],
)
def test_a_shape_that_is_none_is_refused_with_its_place(geometry: object, said: str) -> None:
    def spoil(document: dict[str, Any]) -> None:
        document["features"][1]["geometry"] = geometry

    problems = refusal(boundaries=shapes(spoil))
    assert problems[0].startswith("boundaries.geojson 2番目の図形: ")
    assert said in problems[0]


@settings(deadline=None)
@given(towns=st.binary(max_size=200), boundaries=st.one_of(st.binary(max_size=200), st.just(SHAPES)))
def test_any_bytes_are_refused_in_words(towns: bytes, boundaries: bytes) -> None:
    with pytest.raises(BadRequestData):
        region.read(towns, boundaries)


_scalar = st.none() | st.integers() | st.text(max_size=3)
_rings = st.lists(st.lists(st.lists(st.integers(-200, 200) | _scalar, max_size=3), max_size=5), max_size=2)
_geometry = _scalar | st.fixed_dictionaries(
    {}, optional={"type": st.sampled_from(["Polygon", "MultiPolygon", "Point"]), "coordinates": _rings | _scalar}
)
_properties = _scalar | st.fixed_dictionaries({"code": st.sampled_from(["302040", "302015", "1"]) | _scalar})
_feature = _scalar | st.fixed_dictionaries({}, optional={"properties": _properties, "geometry": _geometry})
_document = _scalar | st.fixed_dictionaries({}, optional={"features": _scalar | st.lists(_feature, max_size=3)})


@settings(deadline=None)
@given(_document)
def test_any_json_is_refused_in_words(document: object) -> None:
    with pytest.raises(BadRequestData):
        region.read(TOWNS, json.dumps(document).encode())


def test_reading_twice_gives_the_same() -> None:
    again = region.read(TOWNS, SHAPES)
    assert isinstance(again, Region)
    assert again == REGION
