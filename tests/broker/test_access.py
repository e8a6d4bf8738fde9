"""Who may read and write what: every kind of caller against the own and another tenant."""

from __future__ import annotations

import pytest

from moyai.broker.access import Gate
from moyai.errors import Forbidden, Unauthenticated
from moyai.model.query import EVERYTHING
from moyai.model.tenant import ANONYMOUS, PLATFORM, Caller, Verb

OWN, OTHER = "302040", "302058"


class Office:
    """Rights as an office with one published collection in each tenant has them."""

    def caller(self, key: str) -> Caller:
        raise Unauthenticated

    def anonymous(self, address: str) -> Caller:
        return ANONYMOUS

    def default_tenant(self) -> str:
        return "300004"

    def published(self, tenant: str) -> frozenset[str]:
        return frozenset({"evacuation-sites"})


GATE = Gate(Office())
READER = Caller(name="key:reader", grants={OWN: frozenset({Verb.READ})})
WRITER = Caller(name="key:writer", grants={OWN: frozenset({Verb.CREATE, Verb.UPDATE})})
ALL = Caller(name="key:all", grants={OWN: frozenset(Verb)})


@pytest.mark.parametrize("tenant", [OWN, OTHER])
@pytest.mark.parametrize("caller", [ANONYMOUS, READER, WRITER, ALL, PLATFORM], ids=lambda caller: caller.name)
@pytest.mark.parametrize("verb", list(Verb))
def test_a_right_holds_in_the_tenant_it_was_given_for(caller: Caller, tenant: str, verb: Verb) -> None:
    granted = caller is PLATFORM or verb in caller.grants.get(tenant, ())
    if granted:
        GATE.require(caller, tenant, verb)
    else:
        with pytest.raises(Unauthenticated if caller is ANONYMOUS else Forbidden):
            GATE.require(caller, tenant, verb)


@pytest.mark.parametrize(
    ("caller", "tenant", "everything"),
    [
        (ANONYMOUS, OWN, False),
        (READER, OWN, True),
        (READER, OTHER, False),
        (WRITER, OWN, False),
        (ALL, OTHER, False),
        (PLATFORM, OTHER, True),
    ],
)
def test_without_the_right_to_read_one_sees_what_is_published(caller: Caller, tenant: str, everything: bool) -> None:
    access = GATE.readable(caller, tenant)
    assert (access == EVERYTHING) is everything
    assert access.allows("evacuation-sites")
    assert access.allows("draft") is everything


def test_two_verbs_are_needed_where_two_things_may_happen() -> None:
    with pytest.raises(Forbidden, match="delete"):
        GATE.require(WRITER, OWN, Verb.CREATE, Verb.DELETE)


def test_a_key_for_one_collection_changes_no_other() -> None:
    assert GATE.writable(Caller(collection="sensors")) == {"sensors"}
    assert GATE.writable(Caller()) is None
