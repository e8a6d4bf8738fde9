from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from moyai.errors import BadRequestData, LdContextNotAvailable
from moyai.ld import context, core
from moyai.ld.context import Context
from moyai.model.change import CORE

CORE_CONTEXT = Context.of(CORE)
TERMS = {
    "ex": "https://example.org/",
    "temperature": "ex:temperature",
    "brand": {"@id": "https://brands.example/name", "@type": "@id"},
    "alias": "temperature",
}
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,12}", fullmatch=True)


def expanded_by_pyld(name: str, terms: object) -> str:
    """The IRI that the reference implementation gives a member of this name."""
    document = {"@context": [terms, {"@vocab": core.DEFAULT}], name: {"@value": 1}}
    (node,) = jsonld.expand(document)
    (iri,) = node
    return str(iri)


def test_a_core_term_has_its_iri() -> None:
    assert CORE_CONTEXT.expand_term("location") == "https://uri.etsi.org/ngsi-ld/location"
    assert CORE_CONTEXT.compact_iri("https://uri.etsi.org/ngsi-ld/location") == "location"


def test_an_unknown_term_goes_into_the_default_context_and_back() -> None:
    iri = CORE_CONTEXT.expand_term("避難場所")
    assert iri == "https://uri.etsi.org/ngsi-ld/default-context/避難場所"
    assert CORE_CONTEXT.compact_iri(iri) == "避難場所"


@pytest.mark.parametrize("version", ["", "-v1.3", "-v1.6", "-v1.9"])
def test_any_version_of_the_core_context_is_bundled(version: str) -> None:
    url = f"https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context{version}.jsonld"
    assert context.remote_links(url) == frozenset()
    assert context.resolve(url, {}).is_core


@pytest.mark.parametrize("name", ["temperature", "brand", "ex:other", "alias", "unknown"])
def test_terms_expand_as_the_reference_implementation_expands_them(name: str) -> None:
    assert context.resolve(TERMS, {}).expand_term(name) == expanded_by_pyld(name, TERMS)


@settings(deadline=None)
@given(st.dictionaries(NAMES, NAMES.map("https://example.org/{}".format), max_size=5), NAMES)
def test_flat_contexts_expand_as_the_reference_implementation_expands_them(terms: dict[str, str], name: str) -> None:
    own = {key: iri for key, iri in terms.items() if key not in core.definitions()}
    if name not in core.definitions():
        assert context.resolve(own, {}).expand_term(name) == expanded_by_pyld(name, own)


@settings(deadline=None)
@given(st.dictionaries(NAMES, NAMES.map("https://example.org/{}".format), max_size=5), NAMES)
def test_what_is_expanded_compacts_to_a_name_that_expands_the_same(terms: dict[str, str], name: str) -> None:
    compiled = context.resolve(terms, {})
    iri = compiled.expand_term(name)
    assert compiled.expand_term(compiled.compact_iri(iri)) == iri


def test_a_core_term_cannot_be_redefined() -> None:
    compiled = context.resolve({"location": "https://example.org/elsewhere"}, {})
    assert compiled.expand_term("location") == "https://uri.etsi.org/ngsi-ld/location"


def test_an_iri_under_a_prefix_becomes_a_compact_iri() -> None:
    assert context.resolve(TERMS, {}).compact_iri("https://example.org/never-named") == "ex:never-named"


def test_a_later_part_of_the_list_wins() -> None:
    compiled = context.resolve([{"a": "https://one.example/a"}, {"a": "https://two.example/a"}], {})
    assert compiled.expand_term("a") == "https://two.example/a"


def test_documents_that_are_handed_in_are_followed() -> None:
    url = "https://example.org/context.jsonld"
    assert context.remote_links([url, {"a": "b"}]) == {url}
    compiled = context.resolve(url, {url: {"@context": TERMS}})
    assert compiled.expand_term("temperature") == "https://example.org/temperature"


def test_a_document_that_is_not_handed_in_is_not_available() -> None:
    with pytest.raises(LdContextNotAvailable):
        context.resolve("https://example.org/context.jsonld", {})


def test_documents_that_refer_to_each_other_are_refused() -> None:
    one, two = "https://example.org/1", "https://example.org/2"
    with pytest.raises(BadRequestData):
        context.resolve(one, {one: {"@context": two}, two: {"@context": one}})


@pytest.mark.parametrize("nonsense", [5, [[5]], {"a": 5}, {"a": {"@id": 5}}, {"a": "b", "b": "a"}])
def test_what_is_no_context_is_refused(nonsense: object) -> None:
    with pytest.raises(BadRequestData):
        context.resolve(nonsense, {})


def test_equal_contexts_have_equal_hashes_and_travel() -> None:
    one = context.resolve([{"a": "https://example.org/a"}, {"b": "https://example.org/b"}], {})
    two = context.resolve({"b": "https://example.org/b", "a": "https://example.org/a"}, {})
    assert one.source == two.source
    assert Context.of(one.source).expand_term("b") == "https://example.org/b"
