from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moyai.errors import BadRequestData
from moyai.ld import lexical


@pytest.mark.parametrize(
    "name",
    [
        "temperature",
        "a1_b",
        "名前",
        "避難所の名称",
        "データ",
        "výška_1",
        "Škola",
        "имя",
        "όνομα",
        "الاسم",
        "नाम_पता",
        "ชื่อ",
        "이름",
        "ex:name",
        "県:名前",
        "https://example.org/名前",
    ],
)
def test_names_of_every_script_are_names(name: str) -> None:
    assert lexical.is_name(name)


@pytest.mark.parametrize(
    "name",
    ["", "my attr", "9lives", "_a", "a-b", "a.b", "a/b", "a[b]", "²a", "名・前", "a\u200bb", "@id", "a;b", "ex: b"],
)
def test_what_the_grammar_does_not_write_is_no_name(name: str) -> None:
    assert not lexical.is_name(name)
    with pytest.raises(BadRequestData):
        lexical.checked_name(name)


@pytest.mark.parametrize(
    "uri",
    [
        "urn:ngsi-ld:T:1",
        "https://example.org/a?b=c#d",
        "urn:ngsi-ld:Ciudad:París",
        "urn:ngsi-ld:避難所:有田市",
        "mailto:a@b.jp",
        "http://[::1]/",
    ],
)
def test_uris_and_iris_identify(uri: str) -> None:
    assert lexical.checked_uri(uri, "the id") == uri


@pytest.mark.parametrize(
    "character",
    [" ", "<", '"', "\\", "^", "`", "{", "|", "\n", "\x7f"]
    + [chr(code) for code in (0x202E, 0x200B, 0xFEFF, 0x2028, 0xA0, 0xFE0F, 0xE0100, 0xFDD0, 0xFFFE, 0x115F, 0x3164)]
    + [chr(code) for code in (0xFFA0, 0x2800, 0x85, 0x1FFFF)],
)
def test_a_uri_with_a_character_that_cannot_be_seen_or_must_not_be_there_is_none(character: str) -> None:
    assert not lexical.is_uri(f"urn:ngsi-ld:T:A{character}B")


@pytest.mark.parametrize("value", ["", "urn", "urn:", ":a", "1a:b", "有:b", 5, None, "urn:ngsi-ld:null"])
def test_what_is_no_uri_is_refused(value: object) -> None:
    with pytest.raises(BadRequestData):
        lexical.checked_uri(value, "the id")


@pytest.mark.parametrize(
    "moment",
    ["2026-11-23T09:00:00Z", "2026-11-23T09:00:00.1Z", "2026-11-23T09:00:00.123456Z", "2026-11-23T09:00:00,123Z"],
)
def test_moments_in_utc_are_moments(moment: str) -> None:
    assert lexical.is_moment(moment)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T09:00:00+09:00",
        "2026-11-23T09:00:00",
        "2026-11-23",
        "2026-02-30T00:00:00Z",
        "2026-11-23T25:00:00Z",
        "2026-11-23 09:00:00Z",
        "２０２６-11-23T09:00:00Z",
        "2026-11-23T09:00:00Z\n",
    ],
)
def test_local_times_and_days_that_never_were_are_no_moments(text: str) -> None:
    assert not lexical.is_moment(text)


@pytest.mark.parametrize("scope", ["/Madrid/Gardens/ParqueNorte", "Wakayama", "/和歌山県/有田市", "/a/b_1"])
def test_scopes_are_levels_of_names(scope: str) -> None:
    assert lexical.is_scope(scope)


@pytest.mark.parametrize("scope", ["", "/", "9bad", "/a//b", "a-b", "/a/", "//a", "a:b", "/a/#", "/a/+"])
def test_what_has_an_empty_or_ill_formed_level_is_no_scope(scope: str) -> None:
    assert not lexical.is_scope(scope)


def test_language_tags() -> None:
    assert all(map(lexical.is_language, ["ja", "en-US", "zh-Hant-TW", "@none"]))
    assert not any(map(lexical.is_language, ["", "日本語", "en_US", "@any", 5]))


@settings(deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=4))
def test_a_pointer_leads_back_to_the_members_it_was_made_of(members: list[str]) -> None:
    pointer = str(lexical.fault("wrong", *members).members["pointer"])
    read = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    assert read == members


def test_a_fault_seen_from_further_out_has_the_longer_pointer_and_its_other_facts() -> None:
    inner = BadRequestData("wrong", pointer="/value", what="x")
    outer = lexical.within("a/b", inner)
    assert outer.members == {"pointer": "/a~1b/value", "what": "x"}
    assert outer.detail == "wrong"
