from __future__ import annotations

import pytest

from moyai.errors import BadRequestData
from moyai.model import tenant
from moyai.model.tenant import ANONYMOUS, PLATFORM, Caller, Verb


@pytest.mark.parametrize("name", ["302040", "300004", "o-a", "o-arida-coda", "o-" + "a" * 42])
def test_names_of_tenants(name: str) -> None:
    assert tenant.validated_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "302041", "30204", "../302040", "o-", "o--a", "o-a-", "o-A", "o-あ", "o-" + "a" * 43, "o-a\n", "o-a/b"]
)
def test_what_cannot_name_a_tenant(name: str) -> None:
    with pytest.raises(BadRequestData, match="no tenant name"):
        tenant.validated_name(name)


def test_a_caller_may_what_was_granted_where_it_was_granted() -> None:
    caller = Caller(name="key:x", grants={"302040": frozenset({Verb.READ, Verb.UPDATE})})
    allowed = [(verb, name) for verb in Verb for name in ("302040", "302015") if caller.may(verb, name)]
    assert allowed == [(Verb.READ, "302040"), (Verb.UPDATE, "302040")]
    assert not caller.is_anonymous


def test_the_platform_may_everything_and_a_stranger_nothing() -> None:
    assert all(PLATFORM.may(verb, "302040") for verb in Verb)
    assert not any(ANONYMOUS.may(verb, "302040") for verb in Verb)
    assert ANONYMOUS.is_anonymous
    assert not PLATFORM.is_anonymous
