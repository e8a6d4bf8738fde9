"""The NGSILD-Tenant header. Source: ETSI GS CIM 009 V1.9.1, clauses 4.14, 5.5.10 and 6.3.14."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.platform import OTHER, OWN, PREFECTURE, EmptyOffice, Platform, at, document, header, refused, site

NOWHERE = "302015"
"""A valid local government code whose tenant is not there."""


@pytest.fixture
def development(tmp_path: Path) -> Iterator[Platform]:
    found = Platform(tmp_path / "tenants", implicit_tenants=True)
    yield found
    found.close()


def test_a_tenant_s_entities_are_its_own(platform: Platform) -> None:
    assert platform.ask("POST", "entities", site(name="有田"), tenant=OWN).status == 201
    assert platform.ask("POST", "entities", site(name="海南"), tenant=OTHER).status == 201
    assert document(platform.get(at(), tenant=OWN))["name"]["value"] == "有田"
    assert document(platform.get(at(), tenant=OTHER))["name"]["value"] == "海南"
    refused(platform.get(at(), tenant=PREFECTURE), 404, "ResourceNotFound")


def test_no_tenant_means_the_prefecture_s(platform: Platform) -> None:
    platform.put(site(name="県"), tenant=PREFECTURE)
    reply = platform.get(at(), tenant="")
    assert document(reply)["name"]["value"] == "県"
    assert header(reply, "ngsild-tenant") == ""
    assert platform.ask("POST", "entities", site("2"), tenant="").status == 201
    assert platform.get(at("2"), tenant=PREFECTURE).status == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "entities", site("2"), 201),
        ("GET", at(), None, 200),
        ("GET", "entities?type=Site", None, 200),
        ("GET", at("3"), None, 404),
        ("POST", "entities", site(), 409),
        ("GET", "entities", None, 400),
        ("PUT", "entities", None, 405),
        ("GET", "unheard", None, 404),
    ],
)
def test_the_tenant_is_echoed(platform: Platform, method: str, path: str, body: object, status: int) -> None:
    platform.put(site())
    reply = platform.ask(method, path, body)
    assert (reply.status, header(reply, "ngsild-tenant")) == (status, OWN)


@pytest.mark.parametrize("tenant", [NOWHERE, "302041", "../../etc", "o-nobody", "O-Coda", "有田市", "30204", "a" * 500])
def test_an_unknown_tenant_is_not_there(platform: Platform, tenant: str) -> None:
    for method, path, body in (
        ("GET", at(), None),
        ("GET", "entities?type=Site&count=true&limit=0", None),
        ("POST", "entityOperations/query", {"type": "Query", "entities": [{"type": "Site"}]}),
        ("POST", "entities", site()),
        ("PATCH", at(), {"name": "x"}),
        ("DELETE", at(), None),
        ("POST", "entityOperations/upsert", [site()]),
    ):
        reply = platform.ask(method, path, body, tenant=tenant)
        refused(reply, 404, "NonexistentTenant")
        assert header(reply, "ngsild-tenant") == ""
    assert platform.run(platform.store.tenants()) == sorted([PREFECTURE, OWN, OTHER])


def test_writing_creates_a_tenant_where_that_is_allowed(development: Platform) -> None:
    refused(development.get("entities?type=Site", tenant=NOWHERE), 404, "NonexistentTenant")
    refused(development.ask("POST", "entities", site(), tenant=NOWHERE, key="all"), 403)
    assert NOWHERE not in development.run(development.store.tenants())
    assert development.ask("POST", "entities", site(), tenant=NOWHERE).status == 201
    assert development.get(at(), tenant=NOWHERE).status == 200


def test_a_name_that_cannot_be_a_tenant_s_creates_none(development: Platform) -> None:
    refused(development.ask("POST", "entities", site(), tenant="../x"), 404, "NonexistentTenant")


def test_before_there_is_a_prefecture_nothing_is_meant(tmp_path: Path) -> None:
    platform = Platform(tmp_path / "tenants", EmptyOffice())
    refused(platform.get("entities?type=Site", tenant=""), 404, "NonexistentTenant")
    assert platform.get("entities?type=Site", tenant=OWN).status == 200
    platform.close()
