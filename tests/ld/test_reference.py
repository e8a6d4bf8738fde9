"""Names and IRIs as PyLD, an implementation of all of JSON-LD 1.1, has them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from moyai.ld import compact, context, core, expand
from moyai.model.change import CORE

CORE_CONTEXT = {name: each for name, each in core.definitions().items() if name != "ngsildproof"}
"""Without the one term that leads to another document."""

NAMES = st.sampled_from(["a", "b", "brand", "temperature", "名前", "ex", "other", "location", "value"])
SUFFIXES = st.sampled_from(["a", "b", "place#", "x/y", "名"])
PREFIXES = st.fixed_dictionaries(
    {},
    optional={
        "ex": st.sampled_from(["https://example.org/", "https://example.org/ns#", "https://example.org/ns"]),
        "other": st.sampled_from(["https://other.example/", "ex:deeper/"]),
    },
)
IRIS = st.one_of(SUFFIXES.map("https://example.org/{}".format), SUFFIXES.map("urn:x:{}".format))
DEFINITIONS = st.one_of(
    IRIS,
    SUFFIXES.map("ex:{}".format),
    st.builds(lambda iri, kind: {"@id": iri, "@type": kind}, IRIS, st.sampled_from(["@id", "@vocab", "@json"])),
    st.builds(lambda iri, flag: {"@id": iri, "@prefix": flag}, IRIS, st.booleans()),
)


@st.composite
def contexts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One or two contexts in a row, the first of which has the prefixes that they use."""
    first: dict[str, Any] = {"ex": "https://example.org/", **draw(PREFIXES)}
    terms = st.dictionaries(NAMES.filter(lambda name: name not in {"ex", "other"}), DEFINITIONS, max_size=5)
    first |= draw(terms)
    return [first, draw(terms)] if draw(st.booleans()) else [first]


def of_pyld(name: str, user: list[dict[str, Any]]) -> str | None:
    """The IRI of a member of this name."""
    (node,) = jsonld.expand({"@context": [*user, CORE_CONTEXT], name: {"@id": "urn:x:1"}}) or [{}]
    return next(iter(node), None)


@settings(deadline=None)
@given(contexts(), NAMES | st.builds("{}:{}".format, NAMES, SUFFIXES))
def test_names_expand_to_the_same_iris(user: list[dict[str, Any]], name: str) -> None:
    try:
        expected = of_pyld(name, user)
    except jsonld.JsonLdError:
        return
    assert context.resolve(user, {}).expand_term(name) == expected


@settings(deadline=None)
@given(contexts(), NAMES, NAMES)
def test_an_entity_in_any_context_expands_to_the_same_iris(user: list[dict[str, Any]], name: str, kind: str) -> None:
    compiled = context.resolve(user, {})
    document = {"id": "urn:x:1", "type": kind, "x" + name: {"type": "Property", "value": 1}}
    try:
        (node,) = jsonld.expand({"@context": [*user, CORE_CONTEXT], **document})
    except jsonld.JsonLdError:
        return
    entity = expand.entity(document, compiled)
    assert set(node) - {"@id", "@type"} == set(entity.attributes)
    assert node["@type"] == list(entity.types)


@settings(deadline=None)
@given(contexts(), st.lists(IRIS, min_size=1, max_size=3, unique=True))
def test_what_we_compact_the_reference_expands_to_the_same_iris(user: list[dict[str, Any]], iris: list[str]) -> None:
    compiled = context.resolve(user, {})
    for iri in iris:
        name = compiled.compact_iri(iri)
        assert compiled.expand_term(name) == iri
        try:
            assert of_pyld(name, user) in {iri, None}
        except jsonld.JsonLdError:
            continue


@settings(deadline=None)
@given(contexts())
def test_a_context_means_the_same_when_it_has_travelled(user: list[dict[str, Any]]) -> None:
    compiled = context.resolve(user, {})
    source = context.ContextSource(compiled.source.hash, bytes(bytearray(compiled.source.document)))
    context._built.cache_clear()
    again = context.Context.of(source)
    names = ["a", "b", "ex:a", "other:b", "名前", "location", "ex", "other"]
    assert [again.expand_term(name) for name in names] == [compiled.expand_term(name) for name in names]


def test_every_core_term_has_the_iri_of_the_reference() -> None:
    compiled = context.Context.of(CORE)
    for name in CORE_CONTEXT:
        if not name.startswith("@") and name not in {"id", "type"}:
            assert compiled.expand_term(name) == of_pyld(name, [])


@pytest.mark.parametrize(
    "attribute",
    [
        {"type": "Property", "value": 5, "unitCode": "CEL", "observedAt": "2026-01-01T00:00:00Z"},
        {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [135.1, 34.0]}},
        {"type": "Relationship", "object": "urn:x:2", "objectType": "T"},
        {"type": "LanguageProperty", "languageMap": {"ja": "有田市", "en": "Arida"}},
        {"type": "VocabProperty", "vocab": "open"},
        {"type": "ListProperty", "valueList": [1, "b"]},
        {"type": "ListRelationship", "objectList": [{"object": "urn:x:2"}]},
        {"type": "JsonProperty", "json": {"id": 1}},
        [{"type": "Property", "value": 5}, {"type": "Property", "value": 6, "datasetId": "urn:d:1"}],
    ],
)
def test_what_we_write_says_the_same_triples_as_what_was_sent(attribute: Any) -> None:
    document = {"id": "urn:x:1", "type": "T", "a": attribute}
    compiled = context.Context.of(CORE)
    written = compact.document(expand.entity(document, compiled), compiled)
    assert jsonld.expand({"@context": CORE_CONTEXT, **written}) == jsonld.expand({"@context": CORE_CONTEXT, **document})
