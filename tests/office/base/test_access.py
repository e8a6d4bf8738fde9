"""The table of rights, all of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest

from moyai.errors import Forbidden, ResourceNotFound
from moyai.office.base import access
from moyai.office.base.access import Actor, Kind, Relation, Role, Verb


@dataclass(frozen=True)
class Place:
    pk: int
    kind: str
    parent_id: int | None = None


def actor(role: Role, kind: Kind = Kind.MUNICIPALITY, organisation_id: int = 1) -> Actor:
    return Actor(7, "見本 花子", 9, "担当", organisation_id, "有田市", "302040", kind, role)


OWN = {
    Verb.VIEW_ORGANISATION: "AOCV",
    Verb.READ_DATA: "AOCV",
    Verb.IMPORT_DATA: "AOC",
    Verb.PUBLISH_DATA: "AO",
    Verb.REMOVE_DATA: "AO",
    Verb.VIEW_KEYS: "AO",
    Verb.CREATE_KEYS: "AO",
    Verb.MANAGE_KEYS: "A",
    Verb.MANAGE_MEMBERS: "A",
    Verb.RESET_PASSWORD: "A",
    Verb.READ_AUDIT: "A",
    Verb.REGISTER_ORGANISATION: "",
    Verb.INVITE_FIRST_ADMINISTRATOR: "",
}
"""Verb → the roles that hold it in their own organisation, by their first letters."""

OF_OTHERS = {
    Relation.PREFECTURE: {Verb.INVITE_FIRST_ADMINISTRATOR, Verb.REGISTER_ORGANISATION},
    Relation.PARENT: {Verb.INVITE_FIRST_ADMINISTRATOR},
    Relation.OPERATOR: {
        Verb.INVITE_FIRST_ADMINISTRATOR,
        Verb.REGISTER_ORGANISATION,
        Verb.VIEW_ORGANISATION,
        Verb.RESET_PASSWORD,
        Verb.READ_AUDIT,
    },
    Relation.STRANGER: set(),
}
"""Relation → what an administrator may do in that other organisation; the other roles nothing."""

STANDING = {
    Relation.PREFECTURE: (Kind.PREFECTURE, Place(2, "municipality", 1)),
    Relation.PARENT: (Kind.MUNICIPALITY, Place(2, "council", 1)),
    Relation.OPERATOR: (Kind.OPERATOR, Place(2, "municipality", 5)),
    Relation.STRANGER: (Kind.MUNICIPALITY, Place(2, "municipality", 5)),
}


@pytest.mark.parametrize(("verb", "role"), list(itertools.product(Verb, Role)))
def test_rights_in_ones_own_organisation(verb: Verb, role: Role) -> None:
    assert access.may(actor(role), verb, Place(1, "municipality", 5)) == (role[0].upper() in OWN[verb])


@pytest.mark.parametrize("kind", Kind)
def test_only_a_prefecture_and_the_operator_register_organisations_beneath_their_own(kind: Kind) -> None:
    may = access.may(actor(Role.ADMINISTRATOR, kind), Verb.REGISTER_ORGANISATION, Place(1, kind))
    assert may == (kind in (Kind.PREFECTURE, Kind.OPERATOR))


@pytest.mark.parametrize(("relation", "role", "verb"), list(itertools.product(STANDING, Role, Verb)))
def test_rights_in_another_organisation(relation: Relation, role: Role, verb: Verb) -> None:
    kind, place = STANDING[relation]
    caller = actor(role, kind)
    assert access.relation(caller, place) is relation
    assert access.may(caller, verb, place) == (role is Role.ADMINISTRATOR and verb in OF_OTHERS[relation])


WRITING = (Verb.IMPORT_DATA, Verb.PUBLISH_DATA, Verb.REMOVE_DATA)


@pytest.mark.parametrize(("kind", "verb"), list(itertools.product(Kind, WRITING)))
def test_nobody_writes_the_data_of_another_organisation(kind: Kind, verb: Verb) -> None:
    for role, parent in itertools.product(Role, (1, 5)):
        assert not access.may(actor(role, kind), verb, Place(2, "municipality", parent))


@pytest.mark.parametrize("verb", Verb)
def test_nobody_in_particular_may_nothing(verb: Verb) -> None:
    assert not access.may(None, verb, Place(1, "municipality"))


def test_a_stranger_does_not_learn_that_the_organisation_is_there() -> None:
    with pytest.raises(ResourceNotFound):
        access.require(actor(Role.ADMINISTRATOR), Verb.READ_AUDIT, Place(2, "municipality", 5))
    with pytest.raises(ResourceNotFound):
        access.require(None, Verb.READ_AUDIT, Place(2, "municipality"))


def test_an_acquaintance_is_told_that_the_right_is_lacking() -> None:
    with pytest.raises(Forbidden):
        access.require(actor(Role.VIEWER), Verb.READ_AUDIT, Place(1, "municipality"))


def test_a_command_on_the_server_needs_no_actor() -> None:
    access.require_or_server(None, Verb.MANAGE_MEMBERS, Place(1, "municipality"))
    with pytest.raises(Forbidden):
        access.require_or_server(actor(Role.VIEWER), Verb.MANAGE_MEMBERS, Place(1, "municipality"))


def test_an_actor_is_named_by_person_and_post_to_the_broker() -> None:
    assert actor(Role.OFFICER).label == "person:7 post:9"
