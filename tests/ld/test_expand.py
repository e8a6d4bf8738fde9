from __future__ import annotations

import contextlib
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moyai.errors import BadRequestData, InvalidRequest
from moyai.ld import expand
from moyai.ld.context import Context
from moyai.model.change import CORE
from moyai.model.entity import NULL, Attribute, Entity, Kind

CONTEXT = Context.of(CORE)
DEFAULT = "https://uri.etsi.org/ngsi-ld/default-context/"
POINT = {"type": "Point", "coordinates": [135.127, 34.083]}


def attribute_of(value: Any) -> Attribute:
    """The one instance that an attribute's JSON becomes."""
    entity = expand.entity({"id": "urn:ngsi-ld:T:1", "type": "T", "a": value}, CONTEXT)
    (instance,) = entity.attributes[DEFAULT + "a"]
    return instance


def refused(document: Any, *, fragment: bool = False) -> BadRequestData:
    with pytest.raises(BadRequestData) as caught:
        expand.entity(document, CONTEXT, fragment=fragment)
    return caught.value


@pytest.mark.parametrize(
    ("value", "kind", "content"),
    [
        ({"type": "Property", "value": 5}, Kind.PROPERTY, 5),
        ({"value": 5}, Kind.PROPERTY, 5),
        (5, Kind.PROPERTY, 5),
        (False, Kind.PROPERTY, False),
        (["a", "b"], Kind.PROPERTY, ["a", "b"]),
        ({"street": "x"}, Kind.PROPERTY, {"street": "x"}),
        (
            {"@type": "DateTime", "@value": "2026-01-01T00:00:00Z"},
            Kind.PROPERTY,
            {"@type": "DateTime", "@value": "2026-01-01T00:00:00Z"},
        ),
        ({"type": "GeoProperty", "value": POINT}, Kind.GEO, POINT),
        ({"value": POINT}, Kind.GEO, POINT),
        (POINT, Kind.GEO, POINT),
        ({"type": "Relationship", "object": "urn:a:b"}, Kind.RELATIONSHIP, "urn:a:b"),
        ({"object": ["urn:a:b", "urn:a:c"]}, Kind.RELATIONSHIP, ["urn:a:b", "urn:a:c"]),
        ({"languageMap": {"ja": "有田市", "en": "Arida"}}, Kind.LANGUAGE, {"ja": "有田市", "en": "Arida"}),
        ({"vocab": "open"}, Kind.VOCABULARY, DEFAULT + "open"),
        ({"valueList": [1, 2]}, Kind.LIST, [1, 2]),
        ({"objectList": [{"object": "urn:a:b"}]}, Kind.LIST_RELATIONSHIP, ["urn:a:b"]),
        ({"json": {"id": 1}}, Kind.JSON, {"id": 1}),
        ({"type": "JsonProperty", "json": [{"id": 1}]}, Kind.JSON, [{"id": 1}]),
    ],
)
def test_every_kind_of_attribute_is_understood_in_every_form(value: Any, kind: Kind, content: Any) -> None:
    instance = attribute_of(value)
    assert (instance.kind, instance.value) == (kind, content)


def test_members_of_an_attribute_and_attributes_of_it_are_told_apart() -> None:
    instance = attribute_of(
        {"value": 5, "unitCode": "CEL", "observedAt": "2026-01-01T00:00:00Z", "accuracy": {"value": 0.1}}
    )
    assert (instance.unit_code, instance.observed_at) == ("CEL", "2026-01-01T00:00:00Z")
    assert instance.attributes[DEFAULT + "accuracy"][0].value == 0.1


def test_instances_are_told_apart_by_their_dataset_and_the_default_comes_first() -> None:
    document = {"id": "urn:x:1", "type": "T", "a": [{"value": 2, "datasetId": "urn:d:1"}, {"value": 1}]}
    instances = expand.entity(document, CONTEXT).attributes[DEFAULT + "a"]
    assert [(each.dataset_id, each.value) for each in instances] == [(None, 1), ("urn:d:1", 2)]


def test_several_types_and_scopes_are_kept_once_each() -> None:
    entity = expand.entity({"id": "urn:x:1", "type": ["A", "B", "A"], "scope": "Wakayama/Arida"}, CONTEXT)
    assert entity.types == (DEFAULT + "A", DEFAULT + "B")
    assert entity.scopes == ("/Wakayama/Arida",)


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"type": "T"}, "/id"),
        ({"id": "no uri", "type": "T"}, "/id"),
        ({"id": "urn:x:1"}, "/type"),
        ({"id": "urn:x:1", "type": []}, "/type"),
        ({"id": "urn:x:1", "type": "T", "a": None}, "/a"),
        ({"id": "urn:x:1", "type": "T", "a": {"type": "Property"}}, "/a/value"),
        ({"id": "urn:x:1", "type": "T", "a": {"type": "Property", "value": None}}, "/a/value"),
        ({"id": "urn:x:1", "type": "T", "a": {"type": "Nonsense", "value": 1}}, "/a/type"),
        ({"id": "urn:x:1", "type": "T", "a": {"object": "no uri"}}, "/a/object"),
        ({"id": "urn:x:1", "type": "T", "a": {"value": 1, "observedAt": "yesterday"}}, "/a/observedAt"),
        ({"id": "urn:x:1", "type": "T", "a": {"value": 1, "observedAt": "2026-02-30T00:00:00Z"}}, "/a/observedAt"),
        ({"id": "urn:x:1", "type": "T", "a": {"value": 1, "datasetId": "x"}}, "/a/datasetId"),
        ({"id": "urn:x:1", "type": "T", "a": {"value": 1, "b": {"c": {"value": None}, "value": 1}}}, "/a/b/c/value"),
        ({"id": "urn:x:1", "type": "T", "a": {"type": "Point", "coordinates": [200, 0]}}, "/a"),
        ({"id": "urn:x:1", "type": "T", "a": {"type": "GeoProperty", "value": "x"}}, "/a/value"),
        ({"id": "urn:x:1", "type": "T", "a": [{"value": 1}, {"value": 2}]}, "/a"),
        ({"id": "urn:x:1", "type": "T", "a b": 1}, "/a b"),
        ({"id": "urn:x:1", "type": "T", "a": NULL}, "/a"),
        ({"id": "urn:x:1", "type": "T", "scope": 5}, "/scope"),
        ({"id": "urn:x:1", "type": "T", "a": {"languageMap": {"ja": 1}}}, "/a/languageMap/ja"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(document: Any, pointer: str) -> None:
    assert refused(document).members["pointer"] == pointer


def test_attributes_nest_to_any_depth_that_a_body_may_have() -> None:
    deep: dict[str, Any] = {"value": 1}
    for _ in range(90):
        deep = {"value": 1, "a": deep}
    instance = attribute_of(deep)
    for _ in range(90):
        (instance,) = instance.attributes[DEFAULT + "a"]
    assert instance.value == 1


def test_a_fragment_may_lack_type_and_values_and_may_delete() -> None:
    entity = expand.entity({"a": NULL, "b": {"unitCode": "CEL"}}, CONTEXT, merge=True, entity_id="urn:x:1")
    assert entity.types == ()
    assert entity.attributes[DEFAULT + "a"][0].is_null
    assert entity.attributes[DEFAULT + "b"][0].value is None


def test_a_fragment_of_another_entity_is_refused() -> None:
    with pytest.raises(BadRequestData):
        expand.entity({"id": "urn:x:2"}, CONTEXT, fragment=True, entity_id="urn:x:1")


# ── anything at all ─────────────────────────────────────────────────────────────────────────────────────────────────

MEMBERS = ["id", "@id", "type", "@type", "scope", "expiresAt", "observedAt", "datasetId", "unitCode", "objectType"]
CONTENTS = ["value", "object", "languageMap", "vocab", "valueList", "objectList", "json", "dataset", "coordinates"]
WORDS = st.sampled_from([*MEMBERS, *CONTENTS, "location", "@none", "a"])
SCALARS = st.sampled_from([None, 1, True, "x", "urn:a:b", NULL, "Property", "Point", "Relationship", ""]) | st.text()
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(), inner, max_size=4)
)


@settings(deadline=None, max_examples=300)
@given(ANYTHING, st.sampled_from([{}, {"fragment": True}, {"merge": True}, {"form": "simplified"}]))
def test_any_json_is_an_entity_or_refused_with_its_place(document: Any, how: Any) -> None:
    for each in (document, {"id": "urn:x:1", "type": "T", "a": document}):
        try:
            entity = expand.entity(each, CONTEXT, **how)
        except InvalidRequest:
            assert not isinstance(each, dict)
        except BadRequestData as error:
            assert "pointer" in error.members
        else:
            assert msgspec.json.decode(msgspec.json.encode(entity), type=Entity) == entity


@settings(deadline=None)
@given(ANYTHING, st.booleans())
def test_any_json_is_an_attribute_or_refused(document: Any, partial: bool) -> None:
    with contextlib.suppress(InvalidRequest, BadRequestData):
        assert expand.attribute("a", document, CONTEXT, partial=partial)


# ── what the specification forbids ──────────────────────────────────────────────────────────────────────────────────

PROPERTY = {"type": "Property", "value": 1}
RELATIONSHIP = {"type": "Relationship", "object": "urn:a:b"}


@pytest.mark.parametrize(
    ("attribute", "pointer"),
    [
        ({**PROPERTY, "object": "urn:a:b"}, "/a/object"),
        ({**PROPERTY, "languageMap": {"en": "x"}}, "/a/languageMap"),
        ({**PROPERTY, "valueList": [1]}, "/a/valueList"),
        ({**PROPERTY, "previousValue": 0}, "/a/previousValue"),
        ({**PROPERTY, "entityIdSealed": True}, "/a/entityIdSealed"),
        ({**PROPERTY, "objectType": "T"}, "/a/objectType"),
        ({**PROPERTY, "@context": {"a": "https://example.org/a"}}, "/a/@context"),
        ({**PROPERTY, "observedAt": {"type": "Property", "value": "2026-01-01T00:00:00Z"}}, "/a/observedAt"),
        ({**PROPERTY, "observedAt": "2026-01-01T00:00:00+09:00"}, "/a/observedAt"),
        ({**PROPERTY, "datasetId": NULL}, "/a/datasetId"),
        ({**PROPERTY, "unitCode": 5}, "/a/unitCode"),
        ({**PROPERTY, "b": {"type": "Property", "value": NULL}}, "/a/b/value"),
        ({**PROPERTY, "b": [PROPERTY, {"type": "Property"}]}, "/a/b/1/value"),
        ({"type": "Property", "value": {"x": [{"y": NULL}]}}, "/a/value"),
        ({**RELATIONSHIP, "unitCode": "MTR"}, "/a/unitCode"),
        ({**RELATIONSHIP, "value": 42}, "/a/value"),
        ({**RELATIONSHIP, "previousObject": "urn:a:c"}, "/a/previousObject"),
        ({**RELATIONSHIP, "entity": {}}, "/a/entity"),
        ({"type": "Relationship", "object": NULL}, "/a/object"),
        ({"type": "LanguageProperty"}, "/a/languageMap"),
        ({"type": "LanguageProperty", "languageMap": {"@none": NULL}}, "/a/languageMap"),
        ({"type": "ListProperty", "valueList": [1], "value": 3}, "/a/value"),
        ({"type": "JsonProperty", "json": {}, "unitCode": "MTR"}, "/a/unitCode"),
        ({"value": 1, "json": {}}, "/a"),
        ({"observedAt": "2026-01-01T00:00:00Z"}, "/a/value"),
        ({"dataset": {"no uri": 1}}, "/a/dataset/no uri/datasetId"),
        ([PROPERTY, {**PROPERTY, "datasetId": "@none"}], "/a"),
        ([{**PROPERTY, "datasetId": "urn:d:1"}, {**PROPERTY, "datasetId": "urn:d:1"}], "/a"),
    ],
)
def test_members_that_an_attribute_must_not_have_are_refused(attribute: Any, pointer: str) -> None:
    assert refused({"id": "urn:x:1", "type": "T", "a": attribute}).members["pointer"] == pointer


@pytest.mark.parametrize(
    "members",
    [
        {"id": "urn:x:1", "type": "type"},
        {"id": "urn:x:1", "type": "9Vehicle"},
        {"id": NULL, "type": "T"},
        {"id": "urn:x:1", "type": "T", "scope": NULL},
        {"id": "urn:x:1", "type": "T", "scope": ["/ok", "9bad"]},
        {"id": "urn:x:1", "type": "T", "datasetId": PROPERTY},
        {"id": "urn:x:1", "type": "T", "instanceId": PROPERTY},
        {"id": "urn:x:1", "type": "T", "observedAt": PROPERTY},
        {"id": "urn:x:1", "type": "T", "expiresAt": "tomorrow"},
        {"id": "urn:x:1", "type": "T", "location": {"type": "Property", "value": 7}},
        {"id": "urn:x:1", "type": "T", "operationSpace": 7},
        {"id": "urn:x:1", "type": "T", "@graph": []},
        {"id": "urn:x:1", "type": "T", "location": POINT, "https://uri.etsi.org/ngsi-ld/location": POINT},
    ],
)
def test_what_an_entity_must_not_be_is_refused(members: Any) -> None:
    assert refused(members).members["pointer"]


def test_keywords_of_json_ld_may_stand_for_id_and_type() -> None:
    entity = expand.entity({"@id": "urn:x:1", "@type": "T", "a": {"@type": "Property", "value": 1}}, CONTEXT)
    assert (entity.id, entity.types) == ("urn:x:1", (DEFAULT + "T",))
    assert entity.attributes[DEFAULT + "a"] == (Attribute(kind=Kind.PROPERTY, value=1),)


def test_timestamps_of_the_system_are_not_taken_from_a_writer() -> None:
    entity = expand.entity(
        {"id": "urn:x:1", "type": "T", "createdAt": "x", "modifiedAt": 5, "a": {**PROPERTY, "createdAt": "x"}}, CONTEXT
    )
    assert entity == Entity(
        id="urn:x:1", types=(DEFAULT + "T",), attributes={DEFAULT + "a": (Attribute(kind=Kind.PROPERTY, value=1),)}
    )


# ── fragments ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_null_may_stand_within_values_in_a_merge_patch_alone() -> None:
    patch = {"a": {"value": {"b": NULL}}, "c": {"languageMap": {"en": NULL}}}
    merged = expand.entity(patch, CONTEXT, merge=True, entity_id="urn:x:1")
    assert merged.attributes[DEFAULT + "a"][0].value == {"b": NULL}
    with pytest.raises(BadRequestData):
        expand.entity(patch, CONTEXT, fragment=True, entity_id="urn:x:1")


def test_an_update_has_values_and_a_merge_patch_need_not() -> None:
    patch = {"a": {"unitCode": "CEL"}}
    assert expand.entity(patch, CONTEXT, merge=True, entity_id="urn:x:1").attributes[DEFAULT + "a"][0].value is None
    with pytest.raises(BadRequestData):
        expand.entity(patch, CONTEXT, fragment=True, entity_id="urn:x:1")


@pytest.mark.parametrize("null", [NULL, {"@none": NULL}, {"value": NULL}, {"languageMap": {"@none": NULL}}])
def test_every_way_to_say_delete_is_understood(null: Any) -> None:
    patch = expand.entity({"a": null, "location": null, "scope": NULL}, CONTEXT, fragment=True, entity_id="urn:x:1")
    assert patch.attributes[DEFAULT + "a"][0].is_null
    assert patch.scopes == (NULL,)


def test_in_a_merge_patch_an_object_with_attributes_is_an_attribute_and_another_a_value() -> None:
    patch = {"a": {"accuracy": {"value": 0.3}}, "address": {"city": "有田市"}}
    merged = expand.entity(patch, CONTEXT, merge=True, entity_id="urn:x:1").attributes
    assert merged[DEFAULT + "a"][0].attributes[DEFAULT + "accuracy"][0].value == 0.3
    assert merged[DEFAULT + "address"][0].value == {"city": "有田市"}


def test_a_replacement_may_lack_its_id_and_type_and_nothing_else() -> None:
    assert expand.entity({"a": 1}, CONTEXT, typed=False, entity_id="urn:x:1").id == "urn:x:1"
    with pytest.raises(BadRequestData):
        expand.entity({"a": NULL}, CONTEXT, typed=False, entity_id="urn:x:1")


# ── attributes by themselves ────────────────────────────────────────────────────────────────────────────────────────


def test_a_part_of_an_attribute_keeps_its_value() -> None:
    (instance,) = expand.attribute("a", {"unitCode": "CEL", "b": PROPERTY}, CONTEXT)
    assert (instance.value, instance.unit_code) == (None, "CEL")
    assert DEFAULT + "b" in instance.attributes


def test_an_attribute_may_be_a_geometry_or_several_instances() -> None:
    assert expand.attribute("location", POINT, CONTEXT)[0].kind is Kind.GEO
    several = expand.attribute("a", [{"value": 1, "datasetId": "urn:d:1"}, {"value": 2}], CONTEXT)
    assert [each.value for each in several] == [2, 1]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"value": {"x": NULL}},
        {"datasetId": NULL},
        {"type": "Nonsense"},
        {"value": None},
        {"value": 1, "@context": {}},
        {"type": "Point", "coordinates": [1]},
    ],
)
def test_an_attribute_that_cannot_be_is_refused(document: Any) -> None:
    with pytest.raises(BadRequestData):
        expand.attribute("a", document, CONTEXT)


@pytest.mark.parametrize("name", ["scope", "type", "id", "observedAt", "9lives", "a b"])
def test_what_is_no_attribute_is_not_changed_as_one(name: str) -> None:
    with pytest.raises(BadRequestData):
        expand.attribute(name, {"value": 1}, CONTEXT)


def test_a_whole_attribute_has_a_value_that_is_not_null() -> None:
    for document in ({"unitCode": "CEL"}, {"value": NULL}):
        with pytest.raises(BadRequestData):
            expand.attribute("a", document, CONTEXT, partial=False)


@pytest.mark.parametrize("document", [5, "x", None, [], [5]])
def test_what_is_no_object_is_no_attribute(document: Any) -> None:
    with pytest.raises(InvalidRequest):
        expand.attribute("a", document, CONTEXT)


# ── the simplified form ─────────────────────────────────────────────────────────────────────────────────────────────


def test_in_the_simplified_form_what_stands_there_is_the_value() -> None:
    document = {"id": "urn:x:1", "type": "T", "a": {"type": "Property", "value": 1}, "b": [PROPERTY], "location": POINT}
    entity = expand.entity(document, CONTEXT, form="simplified")
    assert entity.attributes[DEFAULT + "a"][0].value == {"type": "Property", "value": 1}
    assert entity.attributes[DEFAULT + "b"][0].value == [PROPERTY]
    assert entity.instance("https://uri.etsi.org/ngsi-ld/location") == Attribute(kind=Kind.GEO, value=POINT)


def test_the_simplified_form_has_several_instances_as_a_dataset() -> None:
    document = {"id": "urn:x:1", "type": "T", "a": {"dataset": {"urn:d:1": 11, "@none": {"vocab": "x"}}}}
    assert expand.entity(document, CONTEXT).attributes[DEFAULT + "a"] == (
        Attribute(kind=Kind.VOCABULARY, value=DEFAULT + "x"),
        Attribute(kind=Kind.PROPERTY, value=11, dataset_id="urn:d:1"),
    )
