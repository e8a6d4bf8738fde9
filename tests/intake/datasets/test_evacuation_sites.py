"""One row of an evacuation list, as it becomes an entity. The real lists are in test_evacuation_lists.py."""

from __future__ import annotations

from typing import Any

import pytest

from intake.wakayama import REGION, SITES, content, read, value
from moyai.errors import BadRequestData
from moyai.intake import importing
from moyai.intake.importing import Intake

ARIDA = content("evacuation-sites/aridashi.csv")
HEADER = ARIDA.decode("utf-8-sig").splitlines()[0]
LABELS = [label.strip('"') for label in HEADER.split(",")]


def site(town: str | None = "302040", **cells: str) -> Intake:
    """A file of one row: the cells that matter here by their label."""
    row = {"避難先名称": "保田公民館", "管轄市町村名": "有田市", "所在地": "有田市辻堂1"} | cells
    line = ",".join(f'"{row.get(label, "")}"' for label in LABELS)
    return importing.read_file(f"{HEADER}\n{line}\n".encode(), "一件.csv", SITES, REGION, town)


def only(intake: Intake) -> dict[str, Any]:
    ((entity,),) = intake.tenants.values()
    return entity


def rules(intake: Intake) -> list[str]:
    return [finding.rule for finding in intake.report.findings]


def test_a_site_has_typed_attributes_named_as_the_standard_models_name_them() -> None:
    entity = only(
        site(
            **{
                "避難先名称": "保田公民館　別館",
                "所在地": "有田市辻堂１２-0",
                "災害区分": "洪水　津波　",
                "緊急避難場所レベル（津波）": "☆☆☆（屋上）",
                "耐震性": "耐震",
                "備蓄の有無": "有",
                "発電機（発電機の有無）": "○",
                "標高（メートル）": "12.5",
                "施設面積（平米）屋内": "1,200",
                "収容人数": "80",
                "収容人数（一時）": "0",
                "経度：東経（世界測地系10進法）": "135.1166",
                "緯度：北緯（世界測地系10進法）": "34.0730",
                "備考1": "裏口から",
            }
        )
    )
    assert entity.pop("id").startswith("urn:ngsi-ld:EvacuationSite:302040:")
    assert entity.pop("type") == "EvacuationSite"
    assert entity.pop("location") == {
        "type": "GeoProperty",
        "value": {"type": "Point", "coordinates": [135.1166, 34.073]},
    }
    assert entity.pop("tsunamiLevel") == {
        "type": "Property",
        "value": 3,
        "note": {"type": "Property", "value": "屋上"},
    }
    assert entity["maxCapacity"] == {"type": "Property", "value": 80, "unitCode": "IE"}
    assert entity.pop("height") == {"type": "Property", "value": 12.5, "unitCode": "MTR"}
    assert entity.pop("indoorArea") == {"type": "Property", "value": 1200, "unitCode": "MTK"}
    assert {name: attribute["value"] for name, attribute in entity.items()} == {
        "name": "保田公民館 別館",
        "fullAddress": "有田市辻堂12",
        "prefecture": "和歌山県",
        "city": "有田市",
        "streetAddress": "辻堂",
        "cityBlock": "12",
        "localGovernmentCode": "302040",
        "locatedLocalGovernmentCode": "302040",
        "localGovernmentName": "和歌山県有田市",
        "hazards": ["洪水", "津波"],
        "earthquakeResistance": "耐震",
        "hasStock": True,
        "hasGenerator": True,
        "heightType": "標高",
        "maxCapacity": 80,
        "maxCapacityStatus": "stated",
        "maxTemporaryCapacityStatus": "unknown",
        "remarks": "裏口から",
    }


@pytest.mark.parametrize("cell", ["", "0", "０", "約80人", "-5"])
def test_a_capacity_that_is_no_positive_number_is_unknown(cell: str) -> None:
    intake = site(収容人数=cell)
    assert "maxCapacity" not in only(intake)
    assert value(only(intake), "maxCapacityStatus") == "unknown"
    assert "unknown-capacity" in rules(intake)


def test_a_number_that_is_none_is_reported_with_its_cell() -> None:
    (finding,) = [each for each in site(収容人数="約80人").report.findings if each.rule == "not-a-number"]
    assert (finding.row, finding.column, finding.before, str(finding.severity)) == (2, "収容人数", "約80人", "error")


def test_a_value_outside_its_choices_is_kept_and_doubted() -> None:
    intake = site(耐震性="たぶん")
    assert value(only(intake), "earthquakeResistance") == "たぶん"
    assert "unknown-value" in rules(intake)


@pytest.mark.parametrize(("x", "y"), [("135.1", "x"), ("34.07", "135.1"), ("999999999999999", "34"), ("nan", "34")])
def test_a_position_that_is_none_gives_no_location(x: str, y: str) -> None:
    intake = site(**{"経度：東経（世界測地系10進法）": x, "緯度：北緯（世界測地系10進法）": y})
    assert "location" not in only(intake)
    assert "bad-coordinates" in rules(intake)


def test_a_file_of_another_town_is_refused() -> None:
    with pytest.raises(BadRequestData) as refused:
        read("evacuation-sites/kainanshi.csv", SITES, "302040")
    assert "海南市" in refused.value.detail
    assert "有田市（302040）" in refused.value.detail
    assert "何も取り込んでいません" in refused.value.detail


def test_a_single_row_of_another_town_stays_with_its_file_and_is_doubted() -> None:
    lines = ARIDA.decode("utf-8-sig")
    moved = lines.replace('"有田市","広域避難場所"', '"海南市","広域避難場所"', 1).encode()
    intake = importing.read_file(moved, "aridashi.csv", SITES, REGION, "302040")
    assert len(intake.tenants["302040"]) == 142
    (doubt,) = [each for each in intake.report.findings if each.rule == "municipality-disagrees"]
    assert (doubt.column, doubt.before, doubt.after) == ("管轄市町村名", "海南市", "有田市")


def test_without_a_town_each_site_goes_to_its_own_and_one_of_none_to_the_prefecture() -> None:
    place = {"経度：東経（世界測地系10進法）": "135.1", "緯度：北緯（世界測地系10進法）": "34.0"}
    assert list(site(None, **place).tenants) == ["302040"]
    nowhere = site(None, 管轄市町村名="", 所在地="その他", **place)
    assert list(nowhere.tenants) == ["300004"]
    assert "no-municipality" in rules(nowhere)
    assert value(only(nowhere), "localGovernmentCode") == "300004"


def test_a_shelter_in_another_town_is_its_own_town_s_and_located_in_the_other() -> None:
    intake = site(
        **{
            "所在地": "湯浅町湯浅1668-1",
            "経度：東経（世界測地系10進法）": "135.1785",
            "緯度：北緯（世界測地系10進法）": "34.0327",
        }
    )
    entity = only(intake)
    assert list(intake.tenants) == ["302040"]
    assert value(entity, "localGovernmentCode") == "302040"
    assert (value(entity, "locatedLocalGovernmentCode"), value(entity, "city")) == ("303615", "有田郡湯浅町")
    lines = {each.rule: each.message for each in intake.report.findings}
    assert "湯浅町" in lines["address-elsewhere"]
    assert lines["outside-municipality"].endswith("（湯浅町の中）にあります。住所も湯浅町です。")


def test_an_address_in_another_prefecture_has_that_prefecture_and_no_municipality_of_ours() -> None:
    intake = site(所在地="奈良県吉野郡十津川村大字杉清地内")
    assert value(only(intake), "prefecture") == "奈良県"
    assert "locatedLocalGovernmentCode" not in only(intake)
    assert "city" not in only(intake)
    assert "other-prefecture" in rules(intake)


@pytest.mark.parametrize(
    ("address", "repaired"),
    [
        ("有田市箕島12-0", "有田市箕島12"),
        ("有田市箕島１２-0", "有田市箕島12"),
        ("有田市箕島0-0", "有田市箕島"),
        ("有田市大字里 0-0", "有田市大字里"),
        ("有田市箕島10-0", "有田市箕島10"),
        ("有田市箕島1-2-0", "有田市箕島1-2"),
    ],
)
def test_a_lot_number_of_zero_is_none(address: str, repaired: str) -> None:
    intake = site(所在地=address)
    assert value(only(intake), "fullAddress") == repaired
    assert rules(intake).count("address-minus-zero") == 1


def test_an_address_that_ends_in_a_real_number_stays() -> None:
    assert value(only(site(所在地="有田市箕島1-10")), "fullAddress") == "有田市箕島1-10"
