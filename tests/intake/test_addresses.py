"""Parts of an address, told apart only where there is one way to read it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moyai.intake import addresses
from moyai.intake.addresses import Parts

ARIDA = ("和歌山県", "", "有田市")
KATSURAGI = ("和歌山県", "伊都郡", "かつらぎ町")


@pytest.mark.parametrize(
    ("address", "beginnings", "street", "block"),
    [
        ("有田市箕島50", ARIDA, "箕島", "50"),
        ("和歌山県有田市箕島50", ARIDA, "箕島", "50"),
        ("有田市宮崎町1052-13", ARIDA, "宮崎町", "1052-13"),
        ("有田市糸我町 中番408-3", ARIDA, "糸我町 中番", "408-3"),
        ("有田市港町1丁目2-1", ARIDA, "港町1丁目", "2-1"),
        ("有田市一番丁3番地", ARIDA, "一番丁", "3番地"),
        ("和歌山県 伊都郡かつらぎ町大字花園梁瀬645-1", KATSURAGI, "大字花園梁瀬", "645-1"),
        ("かつらぎ町丁ノ町2160", KATSURAGI, "丁ノ町", "2160"),
    ],
)
def test_an_address_with_one_reading_is_taken_apart(
    address: str, beginnings: tuple[str, ...], street: str, block: str
) -> None:
    assert addresses.parts(address, beginnings) == Parts(street, block)


@pytest.mark.parametrize(
    "address",
    [
        "有田市太田1-13",  # 太田一丁目 13, or lot 1-13
        "有田市箕島",
        "有田市50",
        "有田市箕島0",
        "有田市箕島50 市民会館2階",
        "有田市箕島50、51",
        "有田市箕島地内",
        "湯浅町湯浅1668",
        "箕島50",
        "",
    ],
)
def test_an_address_with_several_readings_is_left_whole(address: str) -> None:
    assert addresses.parts(address, ARIDA) is None


@settings(deadline=None)
@given(st.text(alphabet="有田市箕島港町字丁目番地1250-－ "))
def test_the_parts_are_what_stands_in_the_address(address: str) -> None:
    found = addresses.parts(address, ARIDA)
    if found is not None:
        start, street, rest = address.partition(found.street)
        assert street
        assert (start + rest).replace(" ", "").endswith(found.block)
