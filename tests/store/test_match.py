"""What SQL finds is what the plain evaluator says of each entity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moyai.model.change import Create, Upsert
from moyai.model.entity import Attribute, Entity, Kind
from moyai.model.geo import LOCATION, GeoQuery, Relation
from moyai.model.query import (
    AllTypes,
    And,
    AnyOf,
    AnyType,
    Boolean,
    Compare,
    Condition,
    Exists,
    HasType,
    Moment,
    Not,
    Number,
    Operator,
    Or,
    Path,
    Query,
    Range,
    Text,
    Uri,
)
from moyai.query import match
from store.keeper import Keeper
from store.samples import AT, CAPACITY, LATER, NAME, OPENED, OWNER, SITE, TOILET, entity, place, point, prop, uri
from store.test_geo_queries import SHAPES, at, square
from store.test_queries import CITY, ENTITIES

NO_SHAPE = {"type": "MultiPoint", "coordinates": []}
HIGH = {"type": "LineString", "coordinates": [[135.0, 34.0, 9.0], [135.1, 34.1, 9.0]]}
EVERYWHERE = (
    *ENTITIES,
    *(entity(f"shape {last}", location=place(geometry)) for last, geometry in SHAPES.items()),
    entity("shape none", location=place(NO_SHAPE)),
    entity("shape two", location=(point(10.0, 50.0), place(at(20.0, 50.0), dataset_id="urn:d:1"))),
    entity("shape high", location=place(HIGH)),
    entity("big", capacity=2**53 + 1),
    entity("shape under", capacity=prop(1, attributes={LOCATION: (point(135.0, 34.0),)})),
    entity("no shape", location="箕島"),
)
STORED = [msgspec.structs.replace(each, created_at=AT, modified_at=AT) for each in EVERYWHERE]
SYSTEM = [Path((f"https://uri.etsi.org/ngsi-ld/{name}",)) for name in ("createdAt", "modifiedAt")]
EQUALITY = (Operator.EQUAL, Operator.UNEQUAL)
ORDER = (Operator.GREATER, Operator.GREATER_EQUAL, Operator.LESS, Operator.LESS_EQUAL)
PATTERN = (Operator.MATCHES, Operator.DIFFERS)
PATHS = [
    *SYSTEM,
    Path((NAME,)),
    Path((NAME,), ("ja",)),
    Path((NAME,), ("en",)),
    Path((NAME,), ("*",)),
    Path((CAPACITY,)),
    Path((CAPACITY, "observedAt")),
    Path((CAPACITY, "unitCode")),
    Path((CAPACITY, "datasetId")),
    Path((CAPACITY, "observedAt"), ("x",)),
    Path((CAPACITY, CITY)),
    Path((CAPACITY, CITY), ("*",)),
    Path((CAPACITY, CITY, "observedAt")),
    Path((OPENED,)),
    Path((OWNER,)),
    Path((OWNER,), ("city",)),
    Path((OWNER,), ("since",)),
    Path((OWNER,), ("staff",)),
    Path((OWNER,), ("staff", "n")),
    Path((OWNER,), ("*",)),
    Path((LOCATION,)),
    Path((LOCATION,), ("coordinates",)),
]
WORDS = ["港公園", "Harbour", "one", "two", "gym", "体育館", "有田", "many", "C62", "湯浅", "箕島", "urn:d:1", ""]
MOMENTS = ["2020-04-01", "2020-04-01T00:00:00Z", "2026-05-05T00:00:00Z", "2026-01-01T00:00:00Z", "09:30:00Z", "08:00Z"]
NUMBERS = [Number(each) for each in (-1.5, 0.0, 1.0, 2.0, 5.0, 6.0, 100.0, 200.0, 300.0, 2.0**53)]
TEXTS = [Text(each) for each in (*WORDS, *MOMENTS)]
INSTANTS = [Moment(each) for each in (*MOMENTS, AT, LATER, "2001-02-03", "2026-99-99")]
numbers, texts, moments = (st.sampled_from(each) for each in (NUMBERS, TEXTS, INSTANTS))
uris = st.sampled_from(["urn:x:owner", "urn:d:1"]).map(Uri)
scalars: st.SearchStrategy[Any] = numbers | texts | moments | st.booleans().map(Boolean) | uris
ranges = st.builds(Range, numbers, numbers) | st.builds(Range, texts, texts) | st.builds(Range, moments, moments)
several = st.lists(scalars | ranges, min_size=1, max_size=3).map(lambda each: AnyOf(tuple(each)))
patterns = st.sampled_from(["o", "^H", "公園$", "[a-m]", "^$", "-"]).map(Text)


def conditions_on(paths: st.SearchStrategy[Path]) -> st.SearchStrategy[Condition]:
    leaves: st.SearchStrategy[Condition] = (
        st.builds(Exists, paths)
        | st.builds(Compare, paths, st.sampled_from(EQUALITY), scalars | ranges | several)
        | st.builds(Compare, paths, st.sampled_from(ORDER), numbers | texts | moments)
        | st.builds(Compare, paths, st.sampled_from(PATTERN), patterns)
    )
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(Not, inner)
            | st.lists(inner, min_size=1, max_size=3).map(lambda each: And(tuple(each)))
            | st.lists(inner, min_size=1, max_size=3).map(lambda each: Or(tuple(each)))
        ),
        max_leaves=5,
    )


types = st.recursive(
    st.sampled_from([SITE, TOILET, "https://example.org/Nothing"]).map(HasType),
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda each: st.sampled_from([AllTypes(tuple(each)), AnyType(tuple(each))])
    ),
    max_leaves=4,
)
geometries = st.sampled_from([*SHAPES.values(), NO_SHAPE, square(134.9, 33.9, 0.5), at(20.0, 50.0), at(135.3, 34.25)])
geo_queries = st.builds(
    GeoQuery,
    relation=st.sampled_from([each for each in Relation if each is not Relation.NEAR]),
    geometry=geometries,
    attribute=st.sampled_from([LOCATION, CAPACITY]),
) | st.builds(
    lambda geometry, metres, name: GeoQuery(relation=Relation.NEAR, geometry=geometry, **{name: metres}),
    geometries,
    st.sampled_from([0.0, 1.0, 14_400.0, 14_450.0, 1e6, 3e7]),
    st.sampled_from(["max_distance", "min_distance"]),
)
queries = st.builds(
    Query,
    q=st.none() | conditions_on(st.sampled_from(PATHS)),
    types=st.none() | types,
    geo=st.none() | geo_queries,
    ids=st.just(()) | st.just((uri("a"), uri("b"), uri("nobody"))),
    id_pattern=st.sampled_from(["", "[a-d]$", "shape"]),
    attrs=st.just(()) | st.lists(st.sampled_from([NAME, OPENED, CITY]), min_size=1, max_size=2).map(tuple),
)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeper]:
    found = Keeper(tmp_path_factory.mktemp("match") / "tenants")
    for each in EVERYWHERE:
        found.write(Create(entity=each))
    yield found
    found.close()


def last_names(query: Query) -> list[str]:
    return [each.id.rpartition(":")[2] for each in STORED if match.matches(each, query)]


def found_by_sql(keeper: Keeper, query: Query) -> list[str]:
    members = ("q", "types", "geo", "ids", "id_pattern", "attrs")
    return keeper.ids(**{name: getattr(query, name) for name in members})


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join((*path.attributes, *path.members)))
def test_sql_finds_by_every_comparison_of_a_path_what_the_evaluator_says(full: Keeper, path: Path) -> None:
    equal = [(sign, value) for sign in EQUALITY for value in (Boolean(True), Boolean(False), Uri("urn:x:owner"))]
    ordered = [(sign, value) for sign in (*EQUALITY, *ORDER) for value in (*NUMBERS, *TEXTS, *INSTANTS)]
    for sign, value in [*equal, *ordered]:
        query = Query(q=Compare(path, sign, value))
        assert (sign, value, found_by_sql(full, query)) == (sign, value, last_names(query))


@settings(deadline=None, max_examples=150)
@given(conditions_on(st.sampled_from(PATHS)))
def test_sql_finds_by_q_what_the_evaluator_says(full: Keeper, condition: Condition) -> None:
    query = Query(q=condition)
    assert found_by_sql(full, query) == last_names(query)


@settings(deadline=None, max_examples=100)
@given(geo_queries)
def test_sql_finds_by_place_what_the_evaluator_says(full: Keeper, geo: GeoQuery) -> None:
    query = Query(geo=geo)
    assert found_by_sql(full, query) == last_names(query)


@settings(deadline=None, max_examples=100)
@given(queries)
def test_sql_finds_by_all_conditions_together_what_the_evaluator_says(full: Keeper, query: Query) -> None:
    assert found_by_sql(full, query) == last_names(query)


# Values that nobody thought of, at few paths, so that many conditions meet them.

MEMBERS = st.sampled_from(["a", "b", "@value"])
plain = (
    st.none()
    | st.booleans()
    | st.sampled_from([1, 2.0, 5, -1.5, 10**400, 2**53 + 1])
    | st.sampled_from(["one", "Harbour", "", *MOMENTS, "2020-04-01T09:00:00+09:00"])
)
values: st.SearchStrategy[Any] = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=3),
    max_leaves=6,
)
languages = st.dictionaries(
    st.sampled_from(["ja", "en", "a", "@none"]), st.sampled_from(["one", "港公園", ["one", "two"], []]), max_size=3
)
inner_attributes = st.builds(
    Attribute, kind=st.just(Kind.PROPERTY), value=values, observed_at=st.sampled_from([None, AT])
)
attributes = st.builds(
    Attribute,
    kind=st.sampled_from([Kind.PROPERTY, Kind.JSON, Kind.LIST]),
    value=values,
    attributes=st.just({}) | st.tuples(inner_attributes).map(lambda each: {CITY: each}),
    unit_code=st.sampled_from([None, "C62"]),
) | st.builds(Attribute, kind=st.just(Kind.LANGUAGE), value=languages)
instances = st.lists(attributes, min_size=1, max_size=3).map(
    lambda each: tuple(
        msgspec.structs.replace(instance, dataset_id=f"urn:d:{n}" if n else None) for n, instance in enumerate(each)
    )
)
FEW_PATHS = [Path((NAME,), members) for members in [(), ("a",), ("a", "b"), ("*",), ("ja",), ("@value",)]] + [
    Path((NAME, CITY)),
    Path((NAME, CITY), ("a",)),
    Path((NAME, CITY, "observedAt")),
    Path((NAME, "unitCode")),
]


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeper]:
    found = Keeper(tmp_path_factory.mktemp("one") / "tenants")
    yield found
    found.close()


@settings(deadline=None, max_examples=100)
@given(instances, st.lists(conditions_on(st.sampled_from(FEW_PATHS)), min_size=10, max_size=10))
def test_whatever_the_value_sql_and_the_evaluator_agree(
    one: Keeper, given_instances: tuple[Attribute, ...], conditions: list[Condition]
) -> None:
    any_entity = Entity(id=uri("any"), types=("https://example.org/Any",), attributes={NAME: given_instances})
    assert one.write(Upsert(entity=any_entity))[0].error == ""
    for condition in conditions:
        assert one.ids(q=condition) == (["any"] if match.matches(any_entity, Query(q=condition)) else [])
