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


# ── contexts in a row, and documents ────────────────────────────────────────────────────────────────────────────────


def test_an_earlier_part_keeps_the_prefix_that_it_was_written_with() -> None:
    parts = [{"p": "https://one.example/", "x": "p:x"}, {"p": "https://two.example/"}]
    compiled = context.resolve(parts, {})
    assert compiled.expand_term("x") == "https://one.example/x"
    assert compiled.expand_term("p:x") == "https://two.example/x"


def test_null_in_the_row_takes_away_what_was_before() -> None:
    assert context.resolve([{"a": "https://example.org/a"}, None], {}).is_core
    assert context.resolve([{"a": "https://example.org/a"}, {"a": None}], {}).is_core


def test_a_users_vocabulary_holds_for_the_users_definitions_and_the_default_one_for_unknown_names() -> None:
    compiled = context.resolve({"@vocab": "https://example.org/", "a": {"@type": "@id"}}, {})
    assert compiled.expand_term("a") == "https://example.org/a"
    assert compiled.expand_term("b") == core.DEFAULT + "b"


@pytest.mark.parametrize("position", [0, 1])
def test_the_core_context_among_others_changes_nothing_wherever_it_stands(position: int) -> None:
    parts: list[object] = [TERMS]
    parts.insert(position, core.URL)
    assert context.resolve(parts, {}).source == context.resolve(TERMS, {}).source


def test_links_within_documents_are_found_once_the_document_is_there() -> None:
    one, two = "https://example.org/a/one.jsonld", "https://example.org/a/two.jsonld"
    documents: dict[str, object] = {}
    assert context.remote_links(one, documents) == {one}
    documents[one] = {"@context": ["two.jsonld", core.URL]}
    assert context.remote_links(one, documents) == {two}
    documents[two] = {"@context": {"a": "https://example.org/a"}}
    assert context.remote_links(one, documents) == frozenset()
    assert context.resolve(one, documents).expand_term("a") == "https://example.org/a"


def test_a_document_without_a_context_is_not_available() -> None:
    for nothing in ("text", {"no": "context"}, []):
        with pytest.raises(LdContextNotAvailable):
            context.resolve("https://example.org/c", {"https://example.org/c": nothing})


@pytest.mark.parametrize(
    ("refused", "because"),
    [
        ({"T": {"@id": "https://example.org/T", "@context": {"a": "https://example.org/a"}}}, "scoped"),
        ({"@import": "https://example.org/c"}, "@import"),
        ({"@vocab": 5}, "@vocab"),
        ({f"t{number}": f"https://example.org/{number}" for number in range(10_001)}, "more than"),
        ({f"t{number}": f"t{number + 1}" for number in range(100)}, "by itself"),
    ],
)
def test_what_a_users_context_must_not_have_is_refused(refused: object, because: str) -> None:
    with pytest.raises(BadRequestData, match=because):
        context.resolve(refused, {})


def test_lists_within_lists_end_somewhere() -> None:
    deep: object = {"a": "https://example.org/a"}
    for _ in range(90):
        deep = [deep]
    with pytest.raises(BadRequestData):
        context.resolve(deep, {})


def test_what_means_nothing_for_names_is_passed_over() -> None:
    terms = {
        "uuid": "@id",
        "kind": "@type",
        "inverse": {"@reverse": "https://example.org/r"},
        "@base": "https://x.example/",
    }
    assert context.resolve(terms, {}).is_core


def test_a_stream_of_new_names_is_not_remembered_for_ever() -> None:
    compiled = Context(CORE, {})
    for number in range(20_000):
        compiled.compact_iri(compiled.expand_term(f"name{number}"))
    assert max(len(compiled._expanded), len(compiled._compacted)) < 15_000
    assert compiled.expand_term("name19999") == core.DEFAULT + "name19999"
