"""The plain reading of a query, by the words of clauses 4.9, 4.10 and 4.17. The store's tests hold SQL to it."""

from __future__ import annotations

from typing import Any

import pytest

from moyai.errors import BadRequestData, OperationNotSupported
from moyai.model.entity import Attribute, Entity, Kind
from moyai.model.geo import GeoQuery, Relation
from moyai.model.query import AnyOf, Compare, Number, Operator, Path, Query
from moyai.query import geo, match, q, selection

AT = "2026-11-23T09:00:00.000Z"


def iri(name: str) -> str:
    return f"https://uri.etsi.org/ngsi-ld/{name}"


def entity(**attributes: Any) -> Entity:
    found = {iri(name): each if isinstance(each, tuple) else (attribute(each),) for name, each in attributes.items()}
    return Entity(id="urn:a:1", types=(iri("Site"), iri("Park")), attributes=found, created_at=AT, modified_at=AT)


def attribute(value: Any) -> Attribute:
    return value if isinstance(value, Attribute) else Attribute(kind=Kind.PROPERTY, value=value)


def holds(text: str, **attributes: Any) -> bool:
    return match.matches(entity(**attributes), Query(q=q.parse(text, iri)))


def test_the_target_is_there_or_not() -> None:
    assert holds("color", color=None)
    assert not holds("color", colour="red")
    assert holds("!color", colour="red")
    for text in ('color=="red"', 'color!="red"', 'color~="red"', 'color!~="red"', "color>1", "color.shade"):
        assert not holds(text, colour="red"), text


@pytest.mark.parametrize(
    ("text", "matching", "others"),
    [
        ('color=="red"', ["red", ["blue", "red", "green"]], ["black", "Red", 1, ["blue"], {"red": 1}]),
        ('color=="black","red"', ["red", ["red", "blue"]], ["blue", ["blue"]]),
        ('color!="red"', ["black", ["blue", "black"], 1, True], ["red", ["blue", "red"]]),
        ('color!="black","red"', ["blue", ["blue", "green"]], ["red", ["blue", "red"]]),
        ("color==10..20", [10, 15, 20], [9, 20.5, "15", True]),
        ("color!=10..20", [9, "15"], [10, 15]),
        ("color==1", [1, 1.0], [True, "1", 2]),
        ("color==true", [True], [1, "true", False]),
        ("color>5", [6, 5.1], [5, "6", True]),
        ("color>=5", [5], [4, "5"]),
        ("color<5", [4], [5, "4", False]),
        ("color<=5", [5], [6]),
        ('color>"b"', ["c", "ba"], ["b", "a", 5]),
        ("color~=r.d", ["red", "a red one", ["blue", "rad"]], ["blue", 5, ["blue"]]),
        ("color!~=r.d", ["blue", ["blue", 5]], ["red", 5, None, True, ["blue", "rad"], [5], {"a": "blue"}]),
        ("color==2020-01-02T00:00:00Z", ["2020-01-02T00:00:00Z", "2020-01-02T09:00:00+09:00"], ["2020-01-02", 5]),
        ("color>2020-01-02", ["2020-01-03", "2020-01-02T00:00:01Z"], ["2020-01-02", "09:30:00Z", "z"]),
        ("color<09:00:00Z", ["08:59:59Z"], ["09:00:00Z", "2020-01-01"]),
        ("color==urn:x:1", ["urn:x:1", ["urn:x:2", "urn:x:1"]], ["urn:x:3"]),
    ],
)
def test_comparison(text: str, matching: list[Any], others: list[Any]) -> None:
    assert [value for value in [*matching, *others] if holds(text, color=value)] == matching


def test_one_instance_is_enough() -> None:
    other = Attribute(kind=Kind.PROPERTY, value="red", dataset_id="urn:d")
    both = (attribute("blue"), other)
    for text in ('color=="red"', 'color=="blue"', 'color!="red"', "color!~=r", 'color.datasetId=="urn:d"'):
        assert holds(text, color=both), text
    assert not holds('color=="green"', color=both)


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ('color[en]=="red"', True),
        ('color[fr]=="red"', False),
        ('color[*]=="rouge"', True),
        ('color=="rouge"', True),
        ('color[en]!="red"', False),
        ('color[de]!="red"', False),
        ('color[fr]=="chat"', True),
    ],
)
def test_languages(text: str, is_so: bool) -> None:
    value = Attribute(kind=Kind.LANGUAGE, value={"fr": ["chat", "rouge"], "en": "red"})
    assert holds(text, color=value) == is_so


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ('address[city]=="Berlin"', True),
        ("address[geo.x]==5", True),
        ("address[geo]", True),
        ("address[geo.z]", False),
        ('address[street]!="x"', False),
        ("address[rooms.n]==2", True),
        ("address.checked==true", True),
        ("address.checked.observedAt<2030-01-01T00:00:00Z", True),
        ('address.unitCode=="C62"', True),
        ("address.expiresAt", False),
        ("address.unheard==1", False),
    ],
)
def test_paths(text: str, is_so: bool) -> None:
    checked = Attribute(kind=Kind.PROPERTY, value=True, observed_at=AT)
    address = Attribute(
        kind=Kind.PROPERTY,
        value={"city": "Berlin", "geo": {"x": 5}, "rooms": [{"n": 1}, {"n": 2}]},
        unit_code="C62",
        attributes={iri("checked"): (checked,)},
    )
    assert holds(text, address=address) == is_so


def test_and_binds_closer_than_or() -> None:
    assert holds("a==1|b==1;c==1", a=1)
    assert not holds("(a==1|b==1);c==1", a=1)
    assert holds("!(a==1;b==1)", a=1)


def test_times_of_the_entity() -> None:
    assert holds(f"createdAt=={AT}")
    assert holds("modifiedAt>2026-01-01T00:00:00Z")
    assert not holds("createdAt~=2026")
    assert not holds("createdAt!~=1999")


@pytest.mark.parametrize("text", ["a.createdAt", "a.modifiedAt>2026-01-01T00:00:00Z", "a.type"])
def test_members_that_are_not_kept(text: str) -> None:
    with pytest.raises(OperationNotSupported, match="member"):
        holds(text, a=1)


def test_a_pattern_that_is_none() -> None:
    with pytest.raises(BadRequestData, match="regular expression"):
        holds("a~=(", a="x")


@pytest.mark.parametrize(
    ("text", "is_so"), [("Site", True), ("Toilet", False), ("Site;Park", True), ("(Site;Toilet)|Park", True)]
)
def test_types(text: str, is_so: bool) -> None:
    assert match.matches(entity(), Query(types=selection.parse(text, iri))) == is_so


def test_ids_and_attributes() -> None:
    assert match.matches(entity(a=1), Query(ids=("urn:a:1", "urn:a:2"), id_pattern="1$", attrs=(iri("a"), iri("b"))))
    for query in (Query(ids=("urn:a:2",)), Query(id_pattern="2$"), Query(attrs=(iri("b"),))):
        assert not match.matches(entity(a=1), query)


@pytest.mark.parametrize(
    ("georel", "geometry", "coordinates", "is_so"),
    [
        ("near;maxDistance==1000", "Point", [135.0, 34.008], True),
        ("near;maxDistance==800", "Point", [135.0, 34.008], False),
        ("near;minDistance==800", "Point", [135.0, 34.008], True),
        ("within", "Polygon", [[[134, 33], [136, 33], [136, 35], [134, 35], [134, 33]]], True),
        ("disjoint", "Point", [135.0, 34.0], False),
        ("equals", "Point", [135.0, 34.0], True),
        ("intersects", "LineString", [[134, 34], [136, 34]], True),
        ("contains", "Point", [135.0, 34.0], True),
        ("overlaps", "Point", [135.0, 34.0], False),
    ],
)
def test_places(georel: str, geometry: str, coordinates: Any, is_so: bool) -> None:
    asked = geo.parse(georel=georel, geometry=geometry, coordinates=coordinates, geoproperty="", expand=iri)
    place = Attribute(kind=Kind.GEO, value={"type": "Point", "coordinates": [135.0, 34.0]})
    assert match.matches(entity(location=place), Query(geo=asked)) == is_so
    assert not match.matches(entity(elsewhere=place), Query(geo=asked))


def test_what_cannot_be_asked_of_a_list() -> None:
    from_elsewhere = Compare(Path((iri("a"),)), Operator.GREATER, AnyOf((Number(1), Number(2))))
    with pytest.raises(BadRequestData, match="list or a range"):
        match.matches(entity(a=1), Query(q=from_elsewhere))


def test_a_number_beyond_all_that_are_kept_is_greater_than_they_are() -> None:
    assert holds("a>1e300", a=10**400)
    assert holds("a<-1e300", a=-(10**400))


def test_a_shape_has_no_members_and_nothing_is_near_no_place() -> None:
    shape = Attribute(kind=Kind.GEO, value={"type": "Point", "coordinates": [135.0, 34.0]})
    assert holds("location", location=shape)
    assert not holds("location[coordinates]", location=shape)
    nowhere = {"type": "MultiPoint", "coordinates": []}
    asked = GeoQuery(relation=Relation.NEAR, geometry=nowhere, max_distance=1e9)
    assert not match.matches(entity(location=shape), Query(geo=asked))
