"""The pure decisions about keys, terms of office and names."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moyai.errors import BadRequestData
from moyai.model import tenant
from moyai.office.accounts import rules
from moyai.office.accounts.rules import Term
from moyai.office.base.access import Kind, Role

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def test_a_key_is_moyai_prefix_and_43_url_safe_characters() -> None:
    key = rules.new_key()
    assert re.fullmatch(r"moyai_[a-z0-9]{10}_[A-Za-z0-9_-]{43}", key.text)
    assert key.text.split("_", 2)[1] == key.prefix
    assert rules.new_key().text != key.text


def test_of_a_secret_the_sha_256_in_hex_is_stored() -> None:
    assert rules.hash_of("moyai_x") == hashlib.sha256(b"moyai_x").hexdigest()


@pytest.mark.parametrize(
    ("role", "verbs", "given_verbs"),
    [
        (Role.ADMINISTRATOR, ("delete", "read"), ["read", "delete"]),
        (Role.ADMINISTRATOR, rules.KEY_VERBS, list(rules.KEY_VERBS)),
        (Role.OFFICER, ("read",), ["read"]),
    ],
)
def test_a_key_gets_verbs_that_its_maker_may_give(role: Role, verbs: tuple[str, ...], given_verbs: list[str]) -> None:
    assert rules.check_key_verbs(verbs, role) == given_verbs


@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        (Role.OFFICER, ("read", "create")),
        (Role.CONTRIBUTOR, ("read",)),
        (Role.VIEWER, ("read",)),
        (Role.ADMINISTRATOR, ("read", "everything")),
        (Role.ADMINISTRATOR, ()),
    ],
)
def test_a_key_gets_no_other_verbs(role: Role, verbs: tuple[str, ...]) -> None:
    with pytest.raises(BadRequestData):
        rules.check_key_verbs(verbs, role)


@pytest.mark.parametrize("days", [0, -1, rules.KEY_DAYS_AT_MOST + 1])
def test_a_key_ends_in_the_future_and_within_two_years(days: int) -> None:
    with pytest.raises(BadRequestData):
        rules.check_key_expiry(NOW + timedelta(days=days), NOW)
    assert rules.check_key_expiry(NOW + timedelta(days=1), NOW) == NOW + timedelta(days=1)


def days_of(term: Term) -> set[date]:
    last = term.ends_on or date(2031, 1, 1)
    return {term.starts_on + timedelta(days=n) for n in range((last - term.starts_on).days + 1)}


@st.composite
def terms(draw: st.DrawFn) -> Term:
    first = draw(DAYS)
    last = draw(st.none() | st.integers(0, 400).map(lambda days: first + timedelta(days=days)))
    return Term(first, last)


@given(terms(), terms())
def test_terms_overlap_when_they_share_a_day(one: Term, other: Term) -> None:
    assert one.overlaps(other) == bool(days_of(one) & days_of(other))
    assert one.overlaps(other) == other.overlaps(one)


def test_a_term_does_not_end_before_it_starts_nor_meet_another() -> None:
    with pytest.raises(BadRequestData, match="終わりの日"):
        rules.check_term(Term(date(2026, 4, 2), date(2026, 4, 1)), [])
    with pytest.raises(BadRequestData, match="すでに同じ職"):
        rules.check_term(Term(date(2026, 4, 1)), [Term(date(2025, 4, 1))])
    handed_on = Term(date(2025, 4, 1), date(2026, 3, 31))
    assert rules.check_term(Term(date(2026, 4, 1)), [handed_on]) == Term(date(2026, 4, 1))


@pytest.mark.parametrize(
    ("last_day", "starts_on", "held"),
    [
        (date(2025, 3, 31), date(2026, 4, 1), Term(date(2025, 4, 1))),
        (date(2026, 4, 1), date(2026, 4, 1), Term(date(2025, 4, 1), date(2026, 3, 31))),
        (date(2026, 3, 31), date(2025, 3, 1), Term(date(2025, 4, 1))),
    ],
)
def test_a_handover_whose_days_make_no_sense_is_refused(last_day: date, starts_on: date, held: Term) -> None:
    with pytest.raises(BadRequestData):
        rules.check_handover(last_day, starts_on, held)


def test_a_handover_may_overlap_so_that_the_successor_learns() -> None:
    rules.check_handover(date(2026, 4, 10), date(2026, 4, 1), Term(date(2025, 4, 1)))


@pytest.mark.parametrize(
    ("kind", "typed", "name"),
    [
        (Kind.MUNICIPALITY, " 302040 ", "302040"),
        (Kind.PREFECTURE, "300004", "300004"),
        (Kind.COUNCIL, "coda", "o-coda"),
        (Kind.COMPANY, "o-mihon-shoji", "o-mihon-shoji"),
    ],
)
def test_the_tenant_of_an_organisation(kind: Kind, typed: str, name: str) -> None:
    assert rules.tenant_name(kind, typed) == name
    assert tenant.is_tenant_name(name)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Kind.MUNICIPALITY, "302041"),
        (Kind.MUNICIPALITY, "coda"),
        (Kind.COUNCIL, "CoDA"),
        (Kind.COUNCIL, "-x"),
        (Kind.COUNCIL, ""),
        (Kind.COUNCIL, "../x"),
        (Kind.COUNCIL, "a" * 60),
    ],
)
def test_what_cannot_be_a_tenant_is_refused(kind: Kind, typed: str) -> None:
    with pytest.raises(BadRequestData):
        rules.tenant_name(kind, typed)


def test_a_code_tells_prefecture_from_municipality() -> None:
    assert rules.kind_of_code("300004") is Kind.PREFECTURE
    assert rules.kind_of_code("302040") is Kind.MUNICIPALITY


@pytest.mark.parametrize(
    ("kind", "tenant_name", "parent_kind", "parent"),
    [
        (Kind.OPERATOR, "o-x", Kind.PREFECTURE, "300004"),
        (Kind.PREFECTURE, "270008", Kind.OPERATOR, "o-moyai"),
        (Kind.MUNICIPALITY, "271004", Kind.PREFECTURE, "300004"),
        (Kind.MUNICIPALITY, "302040", Kind.MUNICIPALITY, "302023"),
    ],
)
def test_what_cannot_stand_beneath_an_organisation_is_refused(
    kind: Kind, tenant_name: str, parent_kind: Kind, parent: str
) -> None:
    with pytest.raises(BadRequestData):
        rules.check_place(kind, tenant_name, parent_kind, parent)
    rules.check_place(Kind.MUNICIPALITY, "302040", Kind.PREFECTURE, "300004")
