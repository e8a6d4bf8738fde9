"""Identifiers of records that have none: stable against spelling, order and edits."""

from __future__ import annotations

import random
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from moyai.intake import identify

TOWN = "302040"
_text = st.text(alphabet="公民館あア亜１1-－ー　 aA", max_size=4)
_records = st.lists(
    st.tuples(st.just(TOWN), _text, _text, st.dictionaries(st.just("n"), st.integers(0, 3))), max_size=8
)


@settings(deadline=None)
@given(_records)
def test_identifiers_are_unique_and_well_formed(records: list[tuple[str, str, str, dict[str, int]]]) -> None:
    identifiers = identify.assign("EvacuationSite", records)
    assert len(set(identifiers)) == len(records)
    assert all(
        re.fullmatch(r"urn:ngsi-ld:EvacuationSite:302040:[a-z2-7]{16}(-\d+)?", identifier) for identifier in identifiers
    )


@settings(deadline=None)
@given(_records, st.randoms(use_true_random=False))
def test_a_file_sorted_anew_keeps_every_identifier(
    records: list[tuple[str, str, str, dict[str, int]]], chance: random.Random
) -> None:
    """Of records that are equal in everything, one stands for the other: the pairs are the same, not their order."""
    shuffled = chance.sample(records, len(records))

    def pairs(rows: list[tuple[str, str, str, dict[str, int]]]) -> list[tuple[str, str]]:
        return sorted(
            (identifier, repr(sorted(row[3].items())))
            for row, identifier in zip(rows, identify.assign("T", rows), strict=True)
        )

    assert pairs(shuffled) == pairs(records)


@settings(deadline=None)
@given(_text, _text)
def test_width_spaces_and_kinds_of_dash_make_no_other_place(name: str, address: str) -> None:
    wide = str.maketrans("1aA-", "１ａＡ－")
    assert identify.key(TOWN, name.translate(wide) + "　", f" {address}") == identify.key(TOWN, name, address)


def test_town_name_and_address_each_make_another_place() -> None:
    keys = {
        identify.key("302040", "公民館", "箕島1"),
        identify.key("302023", "公民館", "箕島1"),
        identify.key("302040", "公民館", "箕島2"),
        identify.key("302040", "集会所", "箕島1"),
        identify.key("302040", "公民館箕", "島1"),
    }
    assert len(keys) == 5


def test_an_edit_of_anything_but_the_location_moves_no_ordinal() -> None:
    def record(x: float, height: int) -> tuple[str, str, str, dict[str, object]]:
        return TOWN, "個人宅付近裏山", "江住", {"height": height, "location": {"value": {"coordinates": [x, 33.5]}}}

    before = identify.assign("T", [record(135.1, 30), record(135.2, 20), record(135.3, 10)])
    after = identify.assign("T", [record(135.1, 5), record(135.2, 20), record(135.3, 10)])
    assert after == before


def test_the_key_is_the_same_in_every_installation() -> None:
    assert identify.key("302040", "河南地区避難拠点地", "有田市宮崎町1052-13") == "x335vybsjeyer2v4"
