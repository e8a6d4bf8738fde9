from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moyai.ld import compact, context, expand
from moyai.ld.context import Context
from moyai.ld.core import DEFAULT
from moyai.model.change import CORE
from moyai.model.entity import NULL, Attribute, Entity, Instances, Kind

CONTEXT = Context.of(CORE)
OWN = context.resolve([{"ex": "https://example.org/"}, {"site": "ex:site", "名前": "ex:name"}], {})
POINT = {"type": "Point", "coordinates": [135.127, 34.083]}
SEVERAL = [{"type": "Property", "value": 1}, {"type": "Property", "value": 2, "datasetId": "urn:d:1"}]


def written(attribute: Any, form: compact.Form = "normalized", lang: str = "") -> Any:
    """What an attribute's JSON becomes on its way in and out."""
    entity = expand.entity({"id": "urn:x:1", "type": "T", "a": attribute}, CONTEXT)
    return compact.document(entity, CONTEXT, form=form, lang=lang)["a"]


@pytest.mark.parametrize(
    ("normalized", "concise", "simplified"),
    [
        ({"type": "Property", "value": 5}, 5, 5),
        ({"type": "Property", "value": 5, "unitCode": "CEL"}, {"value": 5, "unitCode": "CEL"}, 5),
        ({"type": "Property", "value": {"street": "x"}}, {"street": "x"}, {"street": "x"}),
        ({"type": "Property", "value": {"value": 1}}, {"value": {"value": 1}}, {"value": 1}),
        ({"type": "Property", "value": {"type": "x"}}, {"value": {"type": "x"}}, {"type": "x"}),
        ({"type": "Property", "value": [{"a": 1}]}, {"value": [{"a": 1}]}, [{"a": 1}]),
        ({"type": "Property", "value": [1, 2]}, [1, 2], [1, 2]),
        ({"type": "GeoProperty", "value": POINT}, POINT, POINT),
        ({"type": "Property", "value": POINT}, {"type": "Property", "value": POINT}, POINT),
        ({"type": "Relationship", "object": "urn:a:b"}, {"object": "urn:a:b"}, "urn:a:b"),
        (
            {"type": "LanguageProperty", "languageMap": {"ja": "x"}},
            {"languageMap": {"ja": "x"}},
            {"languageMap": {"ja": "x"}},
        ),
        ({"type": "VocabProperty", "vocab": "open"}, {"vocab": "open"}, {"vocab": "open"}),
        ({"type": "VocabProperty", "vocab": ["a", "b"]}, {"vocab": ["a", "b"]}, {"vocab": ["a", "b"]}),
        ({"type": "JsonProperty", "json": {"value": 1}}, {"json": {"value": 1}}, {"json": {"value": 1}}),
        ({"type": "ListProperty", "valueList": [1, 2]}, {"valueList": [1, 2]}, [1, 2]),
        (
            {"type": "ListRelationship", "objectList": [{"object": "urn:a:b"}]},
            {"objectList": ["urn:a:b"]},
            ["urn:a:b"],
        ),
        (SEVERAL, [{"value": 1}, {"value": 2, "datasetId": "urn:d:1"}], {"dataset": {"@none": 1, "urn:d:1": 2}}),
        (SEVERAL[1], {"value": 2, "datasetId": "urn:d:1"}, {"dataset": {"urn:d:1": 2}}),
    ],
)
def test_each_kind_in_each_form(normalized: Any, concise: Any, simplified: Any) -> None:
    assert written(normalized) == normalized
    assert written(normalized, "concise") == concise
    assert written(normalized, "simplified") == simplified
    assert written(concise) == normalized


def test_members_of_an_attribute_are_written_back() -> None:
    full = {
        "type": "Relationship",
        "object": ["urn:a:b", "urn:a:c"],
        "observedAt": "2026-01-01T00:00:00Z",
        "datasetId": "urn:d:1",
        "objectType": ["A", "B"],
        "expiresAt": "2027-01-01T00:00:00Z",
        "since": {"type": "Property", "value": 1, "by": {"type": "Relationship", "object": "urn:a:d"}},
    }
    assert written(full) == full


def test_an_entity_has_its_members_in_order_and_one_type_or_scope_by_itself() -> None:
    document = {
        "expiresAt": "2027-01-01T00:00:00Z",
        "b": {"type": "Property", "value": 1},
        "scope": ["/a"],
        "type": ["T"],
        "a": {"type": "Property", "value": 2},
        "id": "urn:x:1",
    }
    out = compact.document(expand.entity(document, CONTEXT), CONTEXT)
    assert list(out) == ["id", "type", "scope", "expiresAt", "b", "a"]
    assert (out["type"], out["scope"]) == ("T", "/a")
    two = expand.entity({**document, "type": ["T", "U"], "scope": ["/a", "/b"]}, CONTEXT)
    assert compact.document(two, CONTEXT)["type"] == ["T", "U"]
    assert compact.document(two, CONTEXT)["scope"] == ["/a", "/b"]


def test_the_systems_timestamps_are_there_where_they_are_wanted() -> None:
    stamped = Attribute(kind=Kind.PROPERTY, value=1, created_at="c", modified_at="m")
    entity = Entity(id="urn:x:1", types=(DEFAULT + "T",), attributes={DEFAULT + "a": (stamped,)}, created_at="C")
    with_them = compact.document(entity, CONTEXT, sys_attrs=True)
    assert (with_them["createdAt"], with_them["a"]["createdAt"], with_them["a"]["modifiedAt"]) == ("C", "c", "m")
    assert "createdAt" not in json.dumps(compact.document(entity, CONTEXT))


def test_only_the_attributes_wanted_are_written() -> None:
    entity = expand.entity({"id": "urn:x:1", "type": "T", "a": 1, "b": 2}, CONTEXT)
    assert list(compact.document(entity, CONTEXT, attrs=(DEFAULT + "b",))) == ["id", "type", "b"]


def test_in_one_language_a_language_property_is_a_property() -> None:
    street = {"type": "LanguageProperty", "languageMap": {"fr": "Grand Place", "nl": "Grote Markt"}}
    assert written(street, lang="nl") == {"type": "Property", "value": "Grote Markt", "lang": "nl"}
    assert written(street, "concise", lang="nl") == {"value": "Grote Markt", "lang": "nl"}
    assert written(street, "simplified", lang="nl") == "Grote Markt"


def test_names_are_those_of_the_readers_context() -> None:
    entity = expand.entity(
        {"id": "urn:x:1", "type": "site", "名前": {"value": 1, "ex:b": 2}, "c": {"vocab": "site"}}, OWN
    )
    assert list(compact.document(entity, OWN)) == ["id", "type", "名前", "c"]
    assert compact.document(entity, CONTEXT) == {
        "id": "urn:x:1",
        "type": "https://example.org/site",
        "https://example.org/name": {
            "type": "Property",
            "value": 1,
            "https://example.org/b": {"type": "Property", "value": 2},
        },
        "c": {"type": "VocabProperty", "vocab": "https://example.org/site"},
    }


def test_the_stored_form_is_utf_8_as_it_is_and_always_the_same_bytes() -> None:
    entity = expand.entity({"id": "urn:x:1", "type": "T", "a": "有田市 <b>'x'</b>"}, CONTEXT)
    stored = compact.render(entity, CORE)
    assert stored == '{"id":"urn:x:1","type":"T","a":{"type":"Property","value":"有田市 <b>\'x\'</b>"}}'.encode()
    assert compact.render(entity, CORE) == stored


# ── there and back ──────────────────────────────────────────────────────────────────────────────────────────────────

LOCAL = st.from_regex(r"x[A-Za-z0-9]{0,5}", fullmatch=True)
NAMES = LOCAL.map(lambda name: DEFAULT + name) | LOCAL.map("https://example.org/{}".format)
URIS = st.from_regex(r"urn:[a-z]{1,5}:[a-z0-9]{1,8}", fullmatch=True)
TEXT = st.text(max_size=8).filter(lambda text: text != NULL)
SCALARS = TEXT | st.integers(-(2**53), 2**53) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.sampled_from(
    ["value", "type", "object", "json", "dataset", "datasetId", "observedAt", "@value", "x", "coordinates"]
)
STRUCTURES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=4,
)
POSITIONS = st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(list)
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.PROPERTY: STRUCTURES,
    Kind.GEO: POSITIONS.map(lambda position: {"type": "Point", "coordinates": position}),
    Kind.RELATIONSHIP: URIS | st.lists(URIS, min_size=1, max_size=3),
    Kind.LANGUAGE: st.dictionaries(st.sampled_from(["ja", "en", "@none"]), TEXT | st.lists(TEXT), min_size=1),
    Kind.VOCABULARY: NAMES | st.lists(NAMES, min_size=1),
    Kind.LIST: st.lists(STRUCTURES, max_size=3),
    Kind.LIST_RELATIONSHIP: st.lists(URIS, max_size=3),
    Kind.JSON: st.dictionaries(WORDS, STRUCTURES, max_size=3),
}


def an_attribute(kind: Kind, dataset_id: str | None, depth: int) -> st.SearchStrategy[Attribute]:
    has_unit = kind in {Kind.PROPERTY, Kind.LIST}
    has_target = kind in {Kind.RELATIONSHIP, Kind.LIST_RELATIONSHIP}
    return st.builds(
        Attribute,
        kind=st.just(kind),
        value=VALUES[kind],
        dataset_id=st.just(dataset_id),
        observed_at=st.none() | st.just("2026-01-01T00:00:00Z"),
        unit_code=st.none() | st.just("CEL") if has_unit else st.none(),
        object_type=st.lists(NAMES, max_size=2, unique=True).map(tuple) if has_target else st.just(()),
        expires_at=st.none() | st.just("2027-01-01T00:00:00Z"),
        attributes=attributes(depth - 1) if depth else st.just({}),
    )


def instances(depth: int) -> st.SearchStrategy[Instances]:
    datasets = st.lists(st.none() | URIS, min_size=1, max_size=2, unique=True)
    ordered = datasets.map(lambda ids: sorted(ids, key=lambda each: each is not None))
    kinds = st.sampled_from(list(Kind))
    return ordered.flatmap(
        lambda ids: st.tuples(*(kinds.flatmap(lambda k, i=each: an_attribute(k, i, depth)) for each in ids))
    )


def attributes(depth: int) -> st.SearchStrategy[dict[str, Instances]]:
    return st.dictionaries(NAMES, instances(depth), max_size=2)


ENTITIES = st.builds(
    Entity,
    id=URIS,
    types=st.lists(NAMES, min_size=1, max_size=3, unique=True).map(tuple),
    scopes=st.none() | st.just(("/a/b", "/c")),
    expires_at=st.none() | st.just("2027-01-01T00:00:00Z"),
    attributes=attributes(1),
)


@settings(deadline=None, max_examples=50)
@given(ENTITIES, st.sampled_from(["normalized", "concise"]), st.sampled_from([CONTEXT, OWN]))
def test_an_entity_survives_the_way_out_and_in(entity: Entity, form: compact.Form, names: Context) -> None:
    document = json.loads(json.dumps(compact.document(entity, names, form=form)))
    assert expand.entity(document, names) == entity


@settings(deadline=None, max_examples=50)
@given(ENTITIES)
def test_the_simplified_form_keeps_every_value(entity: Entity) -> None:
    bare = {Kind.RELATIONSHIP, Kind.LIST, Kind.LIST_RELATIONSHIP}
    again = expand.entity(compact.document(entity, OWN, form="simplified"), OWN, form="simplified")
    assert list(again.attributes) == list(entity.attributes)
    for name, expected in entity.attributes.items():
        for left, right in zip(again.attributes[name], expected, strict=True):
            assert left.dataset_id == right.dataset_id
            if right.kind is not Kind.PROPERTY:
                assert left.kind is (Kind.PROPERTY if right.kind in bare else right.kind)
                assert left.value == right.value
