"""Whatever is sent, the answer is a success or a problem document, and never the system's own failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.platform import Platform, at, document, header, point, site, uri
from moyai.api import app
from moyai.web.reply import Reply

NAMES = st.sampled_from(["id", "type", "@context", "scope", "name", "名称", "location", "value", "object", ""]) | (
    st.sampled_from(["languageMap", "vocab", "json", "dataset", "unitCode", "datasetId", "observedAt", "createdAt"])
    | st.sampled_from(["coordinates", "entities", "q", "geoQ", "attrs"])
)
LEAVES: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["Property", "GeoProperty", "Relationship", "LanguageProperty", "Query", "Point", "urn:ngsi-ld:null"]
    )
    | st.sampled_from([uri(), "Site", "2026-11-23T09:00:00Z", "/a/b", "@none", "name==1"])
)
DOCUMENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=12
)
NEARLY = st.dictionaries(NAMES, DOCUMENTS, max_size=4).map(lambda members: {**site(), **members})
BODIES = DOCUMENTS | NEARLY | st.lists(NEARLY, max_size=2)
PARAMETERS = st.dictionaries(
    st.sampled_from(["type", "id", "idPattern", "q", "attrs", "georel", "geometry", "coordinates", "geoproperty"])
    | st.sampled_from(["limit", "offset", "count", "options", "format", "lang", "datasetId", "geometryProperty"]),
    st.text(max_size=12)
    | st.sampled_from(["Site", "name", "within", "near;maxDistance==5", "Point", "[135,34]", "true", "1", "sysAttrs"])
    | st.sampled_from(["name.observedAt>2026-13-45", "a[b.c]==1..2,3", "!(name|value)", "(a", "a~=(?=x)", "[" * 300]),
    max_size=5,
)
ACCEPT = st.sampled_from(["", "application/json", "application/ld+json", "application/geo+json", "text/html", ";;q=,"])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    platform = Platform(tmp_path_factory.mktemp("town") / "tenants")
    yield platform
    platform.close()


def check(reply: Reply) -> None:
    assert reply.status < 500 or b"LdContextNotAvailable" in reply.body, reply.body
    if reply.status >= 400:
        assert header(reply, "content-type") == "application/problem+json"
        assert document(reply)["status"] == reply.status


def paths(platform: Platform, *methods: str) -> list[tuple[str, str]]:
    rows = [each for each in app.routes(platform.broker) if each.method in methods]
    return [(each.method, each.path.replace("{id}", uri()).replace("{name}", "name")) for each in rows]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES, media_type=st.sampled_from(["application/json", "application/ld+json"]), parameters=PARAMETERS)
def test_any_body(town: Platform, body: Any, media_type: str, parameters: dict[str, str]) -> None:
    for method, path in paths(town, "POST", "PUT", "PATCH"):
        check(town.ask(method, path, body, content_type=media_type))
        check(town.ask(method, f"{path}?{urlencode(parameters)}", body, content_type=media_type))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parameters=PARAMETERS, accept=ACCEPT)
def test_any_parameters(town: Platform, parameters: dict[str, str], accept: str) -> None:
    town.ask("POST", "entities", site(name="公園", location=point(135.1, 34.0)))
    for method, path in paths(town, "GET", "DELETE"):
        check(town.ask(method, f"{path}?{urlencode(parameters)}", accept=accept))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(alphabet="/%2Fabc:{}é.", max_size=20), content=st.binary(max_size=30), link=st.text(max_size=30))
def test_any_address_bytes_and_link(town: Platform, path: str, content: bytes, link: str) -> None:
    for method in ("GET", "POST", "PATCH", "DELETE"):
        check(town.ask(method, f"entities/{path}", content=content, link=f"<{link}"))
        check(town.ask(method, at(rest=f"/attrs/{path}"), content=content, authorization=link or "x"))
