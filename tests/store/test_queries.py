"""What queries find in real files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath

import pytest

from moyai.errors import BadRequestData, NonexistentTenant, OperationNotSupported
from moyai.model.change import Create, Replace
from moyai.model.entity import Attribute, Kind
from moyai.model.query import (
    NOTHING,
    Access,
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
    Page,
    Path,
    Query,
    Range,
    Text,
    Uri,
    Value,
)
from store.keeper import Keeper
from store.samples import AT, CAPACITY, LATER, NAME, OPENED, OWNER, SITE, TOILET, entity, prop, uri

EQ, NE, GE, GT = Operator.EQUAL, Operator.UNEQUAL, Operator.GREATER_EQUAL, Operator.GREATER
LE, LT, LIKE, UNLIKE = Operator.LESS_EQUAL, Operator.LESS, Operator.MATCHES, Operator.DIFFERS
CREATED, MODIFIED = (f"https://uri.etsi.org/ngsi-ld/{each}" for each in ("createdAt", "modifiedAt"))
CITY = "https://example.org/city"

ENTITIES = (
    entity("a", SITE, name="港公園", capacity=100, opened="2020-04-01"),
    entity("b", SITE, TOILET, name="Harbour", capacity=prop(200, observed_at="2026-01-01T00:00:00Z", unit_code="C62")),
    entity("c", TOILET, name=["one", "two"], capacity=[1, 2, 300], opened=True),
    entity(
        "d",
        SITE,
        owner={"city": "有田", "staff": [{"n": 1}, {"n": 2}], "since": {"@type": "Date", "@value": "2001-02-03"}},
    ),
    entity("e", SITE, owner=Attribute(kind=Kind.RELATIONSHIP, value="urn:x:owner")),
    entity("f", SITE, name=Attribute(kind=Kind.LANGUAGE, value={"ja": "体育館", "en": ["gym", "hall"]})),
    entity("g", SITE, capacity=(prop(5), prop(6, dataset_id="urn:d:1"))),
    entity(
        "h",
        SITE,
        opened="09:30:00Z",
        capacity=prop("many", attributes={CITY: (prop("湯浅", observed_at="2026-05-05T00:00:00Z"),)}),
    ),
    entity("i", SITE, opened="2020-04-01T09:00:00+09:00"),
)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeper]:
    found = Keeper(tmp_path_factory.mktemp("queries") / "tenants")
    for each in ENTITIES:
        found.write(Create(entity=each))
    yield found
    found.close()


def compare(operator: Operator, value: Value, *attributes: str, members: tuple[str, ...] = ()) -> Condition:
    return Compare(Path(attributes or (CAPACITY,), members), operator, value)


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        (compare(EQ, Number(200)), "b"),
        (compare(NE, Number(100)), "bcgh"),
        (compare(NE, Number(2)), "abgh"),
        (compare(GT, Number(100)), "bc"),
        (compare(GE, Number(100)), "abc"),
        (compare(LT, Number(2)), "c"),
        (compare(LE, Number(2)), "c"),
        (compare(EQ, Number(6)), "g"),
        (compare(NE, Number(6)), "abcgh"),
        (compare(EQ, Range(Number(100), Number(200))), "ab"),
        (compare(NE, Range(Number(100), Number(200))), "cgh"),
        (compare(EQ, AnyOf((Number(5), Text("many"), Range(Number(100), Number(150))))), "agh"),
        (compare(NE, AnyOf((Number(5), Number(6), Number(100)))), "bch"),
        (compare(EQ, Text("many")), "h"),
        (compare(EQ, Boolean(True), OPENED), "c"),
        (compare(EQ, Boolean(False), OPENED), ""),
        (compare(NE, Boolean(False), OPENED), "achi"),
        (compare(EQ, Text("two"), NAME), "c"),
        (compare(EQ, Text("gym"), NAME), "f"),
        (compare(EQ, Text("体育館"), NAME, members=("ja",)), "f"),
        (compare(EQ, Text("gym"), NAME, members=("ja",)), ""),
        (compare(EQ, Text("gym"), NAME, members=("*",)), "f"),
        (compare(GT, Text("Harbour"), NAME), "acf"),
        (compare(LIKE, Text("公園"), NAME), "a"),
        (compare(LIKE, Text("^H.*r$"), NAME), "b"),
        (compare(UNLIKE, Text("o"), NAME), "af"),
        (compare(EQ, Text("有田"), OWNER, members=("city",)), "d"),
        (compare(EQ, Number(2), OWNER, members=("staff", "n")), "d"),
        (compare(EQ, Moment("2001-02-03"), OWNER, members=("since",)), "d"),
        (compare(EQ, Uri("urn:x:owner"), OWNER), "e"),
        (compare(EQ, Text("湯浅"), CAPACITY, CITY), "h"),
        (compare(GT, Moment("2026-05-01T00:00:00Z"), CAPACITY, CITY, "observedAt"), "h"),
        (compare(LT, Moment("2026-05-01T00:00:00Z"), CAPACITY, "observedAt"), "b"),
        (compare(EQ, Text("C62"), CAPACITY, "unitCode"), "b"),
        (compare(EQ, Uri("urn:d:1"), CAPACITY, "datasetId"), "g"),
        (compare(EQ, Moment("2020-04-01"), OPENED), "a"),
        (compare(EQ, Moment("2020-04-01T00:00:00Z"), OPENED), "i"),
        (compare(GE, Moment("2020-04-01"), OPENED), "ai"),
        (compare(GE, Moment("09:00:00Z"), OPENED), "h"),
        (compare(LE, Moment("10:00:00Z"), OPENED), "h"),
        (compare(LT, Moment("2021-01-01"), OPENED), "ai"),
        (compare(EQ, Moment("no moment"), OPENED), ""),
        (compare(EQ, Moment(AT), MODIFIED), "abcdefghi"),
        (compare(NE, Moment(AT), MODIFIED), ""),
        (compare(LT, Moment(LATER), CREATED), "abcdefghi"),
        (Exists(Path((CREATED,))), "abcdefghi"),
        (Exists(Path((OWNER,))), "de"),
        (Exists(Path((OWNER,), ("staff",))), "d"),
        (Exists(Path((CAPACITY, CITY))), "h"),
        (Exists(Path(("https://example.org/never",))), ""),
        (Not(Exists(Path((NAME,)))), "deghi"),
        (Not(compare(GT, Number(100))), "adefghi"),
        (And((Exists(Path((NAME,))), compare(GE, Number(100)))), "abc"),
        (And((compare(GE, Number(100)), compare(LE, Number(250)))), "abc"),
        (And((compare(LT, Number(6)), compare(GT, Number(5)))), "cg"),
        (And((compare(GT, Number(4)), compare(LT, Number(7)), compare(GT, Number(5)))), "cg"),
        (And((compare(GE, Number(1)), compare(GE, Number(200)))), "bc"),
        (And((compare(GE, Moment("2020-01-01"), OPENED), compare(LT, Moment("2020-04-01T00:00:00Z"), OPENED))), "a"),
        (And((compare(GE, Text("a"), NAME), compare(LE, Number(250)))), "ac"),
        (Or((Exists(Path((OWNER,))), compare(EQ, Number(100)))), "ade"),
        (And((compare(GE, Number(1)), Or((compare(EQ, Text("Harbour"), NAME), compare(EQ, Number(300)))))), "bc"),
    ],
)
def test_q_finds(full: Keeper, condition: Condition, ids: str) -> None:
    assert full.ids(q=condition) == list(ids)


@pytest.mark.parametrize("value", [AnyOf((Number(1),)), Range(Number(1), Number(2))])
def test_a_list_or_a_range_is_neither_greater_nor_like(full: Keeper, value: Value) -> None:
    with pytest.raises(BadRequestData):
        full.ids(q=compare(GT, value))


@pytest.mark.parametrize("member", ["createdAt", "modifiedAt", "lang", "type"])
def test_members_that_cannot_be_asked_for_are_refused(full: Keeper, member: str) -> None:
    with pytest.raises(OperationNotSupported, match=member):
        full.ids(q=Exists(Path((CAPACITY, member))))


def test_a_pattern_that_is_none_is_refused(full: Keeper) -> None:
    with pytest.raises(BadRequestData, match="regular expression"):
        full.ids(q=compare(LIKE, Text("(a"), NAME))
    with pytest.raises(BadRequestData):
        full.ids(id_pattern="[")


@pytest.mark.parametrize(
    ("types", "ids"),
    [
        (HasType(SITE), "abdefghi"),
        (HasType(TOILET), "bc"),
        (HasType("https://example.org/Nothing"), ""),
        (AllTypes((HasType(SITE), HasType(TOILET))), "b"),
        (AllTypes((AnyType((HasType(SITE), HasType(TOILET))), HasType(TOILET))), "bc"),
        (AllTypes((HasType(TOILET),)), "bc"),
        (AnyType((HasType(SITE), HasType(TOILET))), "abcdefghi"),
        (AnyType((AllTypes((HasType(SITE), HasType(TOILET))), HasType("https://example.org/Nothing"))), "b"),
    ],
)
def test_types_are_selected(full: Keeper, types: HasType | AllTypes | AnyType, ids: str) -> None:
    assert full.ids(types=types) == list(ids)


def test_ids_and_patterns_of_ids_are_selected(full: Keeper) -> None:
    assert full.ids(ids=(uri("c"), uri("a"), uri("nobody"))) == ["a", "c"]
    assert full.ids(id_pattern="[ab]$") == ["a", "b"]
    assert full.ids(types=HasType(TOILET), id_pattern="[ab]$") == ["b"]
    assert full.ids(ids=tuple(uri(str(n)) for n in range(40_000))) == []


def test_one_of_the_attributes_is_enough(full: Keeper) -> None:
    assert full.ids(attrs=(OWNER, OPENED)) == ["a", "c", "d", "e", "h", "i"]


def test_a_query_may_have_many_parts(full: Keeper) -> None:
    names = [f"https://example.org/n{n}" for n in range(200)]
    assert full.ids(attrs=(*names * 20, OWNER)) == ["d", "e"]
    assert full.ids(types=AnyType(tuple(map(HasType, (*names, TOILET))))) == ["b", "c"]
    assert full.ids(q=Or(tuple(Exists(Path((name,))) for name in (*names, OWNER)))) == ["d", "e"]
    assert full.ids(q=And((Exists(Path((OWNER,))),) * 200)) == ["d", "e"]
    assert full.ids(q=compare(EQ, AnyOf(tuple(Number(n) for n in range(150, 4000))))) == ["b", "c"]


def test_pages_follow_creation_and_count_everything(full: Keeper) -> None:
    pages = [full.select(Query(types=HasType(SITE), page=Page(3, offset, count=True))) for offset in (0, 3, 6, 9)]
    assert [[each.id[-1] for each in page.entities] for page in pages] == [
        ["a", "b", "d"],
        ["e", "f", "g"],
        ["h", "i"],
        [],
    ]
    assert {page.total for page in pages} == {8}
    assert full.select(Query(page=Page(0, count=True))).total == 9
    assert full.select(Query(page=Page(1))).total is None


def test_what_may_not_be_read_does_not_exist(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a")), collection="sites")
    keeper.write(Create(entity=entity("b")), collection="secret")
    access = Access(frozenset({"sites", "others"}))
    assert keeper.ids(access) == ["a"]
    assert keeper.ids(access, types=HasType(SITE)) == ["a"]
    assert keeper.ids(access, collection="secret") == []
    assert keeper.entity(uri("b"), access) is None and keeper.entity(uri("a"), access) is not None
    assert keeper.ids(NOTHING) == [] and keeper.entity(uri("a"), NOTHING) is None


def test_a_quoted_name_is_a_name(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a", name="x' OR 1=1 --")))
    assert keeper.ids(q=compare(EQ, Text("' OR 1=1 --"), NAME)) == []
    assert keeper.ids(q=compare(EQ, Text("x' OR 1=1 --"), NAME)) == ["a"]


def test_a_text_may_hold_any_character(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a", name="x\0y")), Create(entity=entity("b", name="x")))
    assert keeper.ids(q=compare(EQ, Text("x\0y"), NAME)) == ["a"]
    assert keeper.ids(q=compare(EQ, Text("x"), NAME)) == ["b"]


def test_a_replaced_entity_keeps_its_place(keeper: Keeper) -> None:
    for name in "abc":
        keeper.write(Create(entity=entity(name)))
    keeper.write(Replace(entity=entity("a", capacity=3)))
    assert keeper.ids() == ["a", "b", "c"]


def test_a_long_query_ends_on_a_thread(full: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moyai.store.sqlite._AT_ONCE_SECONDS", -1.0)
    monkeypatch.setattr("moyai.store.reading._STEPS", 1)
    full.reopen()
    assert full.ids(q=compare(LIKE, Text("公園"), NAME)) == ["a"]


def test_an_endless_query_is_refused(full: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moyai.store.sqlite._AT_ONCE_SECONDS", -1.0)
    monkeypatch.setattr("moyai.store.sqlite._SECONDS_AT_MOST", -1.0)
    monkeypatch.setattr("moyai.store.reading._STEPS", 1)
    full.reopen()
    with pytest.raises(BadRequestData, match="narrow"):
        full.ids()


def test_no_more_files_stay_open_than_are_allowed(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moyai.store.reading.OPEN_AT_MOST", 3)
    monkeypatch.setattr("moyai.store.writer._OPEN_AT_MOST", 3)
    tenants = [f"o-{n}" for n in range(8)]
    for tenant in tenants:
        keeper.run(keeper.store.create_tenant(tenant))
    for tenant in tenants * 2:
        assert keeper.run(keeper.store.position(tenant)) == 0
    links = [each.resolve().name for each in FilePath("/proc/self/fd").iterdir() if each.exists()]
    assert len({name for name in links if name.startswith("o-") and name.endswith(".sqlite3")}) <= 3


def test_a_tenant_that_is_not_there_has_nothing_to_read(keeper: Keeper) -> None:
    with pytest.raises(NonexistentTenant):
        keeper.run(keeper.store.entity("300004", uri("a"), Access()))
    with pytest.raises(NonexistentTenant):
        keeper.run(keeper.store.select("../302040", Query(), Access()))
