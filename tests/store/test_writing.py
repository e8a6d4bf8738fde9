from __future__ import annotations

import apsw
import pytest

from moyai.errors import NonexistentTenant, Unavailable
from moyai.model.change import Append, ContextSource, Create, Delete, Merge, Replace, ReplaceCollection, Upsert, Write
from moyai.model.entity import Instances
from moyai.model.query import Compare, HasType, Number, Operator, Path
from store.keeper import Keeper
from store.samples import AT, CAPACITY, LATER, NAME, SITE, TENANT, TOILET, entity, point, prop, uri


def rows(keeper: Keeper, table: str) -> int:
    connection = apsw.Connection(str(keeper.file), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").get)
    finally:
        connection.close()


def changes(keeper: Keeper) -> list[tuple[str, str, str]]:
    connection = apsw.Connection(str(keeper.file), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        found = connection.execute("SELECT kind, uri, by FROM change ORDER BY sequence").fetchall()
        return [(kind, uri.rpartition(":")[2], by) for kind, uri, by in found]
    finally:
        connection.close()


def test_what_is_written_is_read(keeper: Keeper) -> None:
    (outcome,) = keeper.write(Create(entity=entity("a", name="港")), context=ContextSource("abc"), collection="sites")
    assert outcome.created and outcome.changed and outcome.updated == (NAME,)
    stored = keeper.entity(uri("a"))
    assert stored is not None
    assert (stored.id, stored.collection, stored.context) == (uri("a"), "sites", "abc")
    assert b'"abc"' in stored.answer
    found = stored.entity()
    assert found.content() == entity("a", name="港").content()
    assert found.created_at == found.modified_at == AT


def test_an_operation_that_fails_leaves_those_beside_it_standing(keeper: Keeper) -> None:
    outcomes = keeper.write(
        Create(entity=entity("a")), Create(entity=entity("a")), Delete(id=uri("z")), Create(entity=entity("b"))
    )
    assert [each.error for each in outcomes] == ["", "AlreadyExists", "ResourceNotFound", ""]
    assert outcomes[1].detail
    assert keeper.ids() == ["a", "b"]


def test_an_entity_that_cannot_be_indexed_leaves_no_row(keeper: Keeper) -> None:
    too_many = tuple(point(135, 34) for _ in range(1025))
    (outcome,) = keeper.write(Create(entity=entity("a", location=too_many)))
    assert outcome.error == "BadRequestData" and "1024" in outcome.detail
    assert [rows(keeper, table) for table in ("entity", "value", "typed", "shape", "change")] == [0] * 5


def test_a_mistake_in_one_request_takes_nothing_with_it(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper.write(Create(entity=entity("a")))

    def fails(attributes: dict[str, Instances]) -> object:
        if CAPACITY in attributes:
            raise RuntimeError("a mistake")
        return []

    monkeypatch.setattr("moyai.store.rows.values", fails)
    with pytest.raises(Unavailable, match="RuntimeError"):
        keeper.write(Create(entity=entity("b")), Create(entity=entity("bad", capacity=1)))
    keeper.write(Create(entity=entity("c")))
    assert keeper.ids() == ["a", "c"]


def test_a_write_that_changes_nothing_leaves_no_trace(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a", capacity=1)))
    (outcome,) = keeper.write(Replace(entity=entity("a", capacity=1)), at=LATER)
    assert not outcome.changed and not outcome.created and not outcome.error
    stored = keeper.entity(uri("a"))
    assert stored is not None and stored.entity().modified_at == AT
    assert keeper.run(keeper.store.position(TENANT)) == 1


def test_an_update_moves_the_side_tables_along(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a", SITE, capacity=1, location=point(135, 34))))
    keeper.write(Replace(entity=entity("a", TOILET, name="x", capacity=2, location=point(136, 35))), at=LATER)
    assert [rows(keeper, table) for table in ("entity", "value", "typed", "shape")] == [1, 3, 1, 1]
    assert keeper.ids(types=HasType(SITE)) == []
    assert keeper.ids(types=HasType(TOILET)) == ["a"]
    equal_to = lambda number: Compare(Path((CAPACITY,)), Operator.EQUAL, Number(number))  # noqa: E731
    assert keeper.ids(q=equal_to(1)) == [] and keeper.ids(q=equal_to(2)) == ["a"]
    keeper.write(Delete(id=uri("a")))
    assert [rows(keeper, table) for table in ("entity", "value", "typed", "shape")] == [0] * 4


def test_a_part_of_an_entity_may_be_written(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a", name="x", capacity=1)))
    keeper.write(Append(fragment=entity("a", capacity=2)), Merge(fragment=entity("a", name="y")), at=LATER)
    stored = keeper.entity(uri("a"))
    assert stored is not None
    assert {name: value[0].value for name, value in stored.entity().attributes.items()} == {NAME: "y", CAPACITY: 2}


def test_the_answer_form_follows_the_last_writer(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a")), context=ContextSource("one"))
    (outcome,) = keeper.write(Replace(entity=entity("a")), context=ContextSource("two"))
    stored = keeper.entity(uri("a"))
    assert stored is not None and stored.context == "two" and not outcome.changed


def test_every_change_is_in_the_outbox_with_who_made_it(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a")), by="key:x")
    keeper.write(Upsert(entity=entity("a", capacity=1)), by="key:y")
    keeper.write(Delete(id=uri("a")), by="key:z")
    assert changes(keeper) == [("created", "a", "key:x"), ("updated", "a", "key:y"), ("deleted", "a", "key:z")]
    assert keeper.run(keeper.store.position(TENANT)) == 3


def test_the_outbox_keeps_the_newest_changes(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moyai.store.tables.CHANGES_KEPT", 2)
    for name in "abcd":
        keeper.write(Create(entity=entity(name)))
    assert [name for _, name, _ in changes(keeper)] == ["c", "d"]
    assert keeper.run(keeper.store.position(TENANT)) == 4


def test_entities_of_other_collections_are_not_found(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a")), collection="sites")
    mine = {"within": frozenset({"toilets"}), "collection": "toilets"}
    outcomes = keeper.write(
        Delete(id=uri("a")),
        Merge(fragment=entity("a", capacity=1)),
        Create(entity=entity("a")),
        Upsert(entity=entity("a")),
        Create(entity=entity("b")),
        **mine,
    )
    found = [each.error for each in outcomes]
    assert found == ["ResourceNotFound", "ResourceNotFound", "AlreadyExists", "AlreadyExists", ""]
    stored = keeper.entity(uri("b"))
    assert stored is not None and stored.collection == "toilets"


def test_a_writer_adds_only_where_it_may(keeper: Keeper) -> None:
    within = frozenset({"toilets"})
    (created,) = keeper.write(Create(entity=entity("a")), within=within)
    (replaced,) = keeper.write(ReplaceCollection(collection="sites", entities=()), within=within)
    assert (created.error, replaced.error) == ("Forbidden", "Forbidden")
    assert keeper.ids() == []


def test_a_collection_is_replaced_as_a_whole(keeper: Keeper) -> None:
    first = tuple(entity(name, capacity=1) for name in "abc")
    (outcome,) = keeper.write(ReplaceCollection(collection="sites", entities=first))
    assert outcome.added == (uri("a"), uri("b"), uri("c")) and outcome.changed
    second = (entity("b", capacity=1), entity("c", capacity=2), entity("d"))
    (outcome,) = keeper.write(ReplaceCollection(collection="sites", entities=second), at=LATER)
    assert outcome.added == (uri("d"),)
    assert outcome.altered == (uri("c"),)
    assert outcome.removed == (uri("a"),)
    assert outcome.untouched == 1
    assert keeper.ids(collection="sites") == ["b", "c", "d"]
    changed = keeper.entity(uri("c"))
    assert changed is not None
    assert (changed.entity().created_at, changed.entity().modified_at) == (AT, LATER)


def test_replacing_a_collection_by_itself_changes_nothing(keeper: Keeper) -> None:
    same = ReplaceCollection(collection="sites", entities=(entity("a", location=point(135, 34)), entity("b")))
    keeper.write(same)
    (outcome,) = keeper.write(same, at=LATER)
    assert not outcome.changed and outcome.untouched == 2
    assert keeper.run(keeper.store.position(TENANT)) == 2


def test_a_collection_that_would_take_anothers_entity_stays_as_it_was(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("z")))
    keeper.write(ReplaceCollection(collection="sites", entities=(entity("a"),)))
    (outcome,) = keeper.write(
        ReplaceCollection(collection="sites", entities=(entity("b", owner="new term"), entity("z")))
    )
    assert outcome.error == "AlreadyExists" and uri("z") in outcome.detail
    assert keeper.ids(collection="sites") == ["a"]
    keeper.write(Create(entity=entity("y", owner="new term")))
    assert keeper.ids(attrs=("https://example.org/owner",)) == ["y"]


def test_who_has_expired_is_no_more(keeper: Keeper) -> None:
    soon = entity("a", expires_at="2020-01-01T09:30:00Z", location=point(135, 34))
    keeper.write(Create(entity=soon), at="2020-01-01T09:00:00.000Z")
    keeper.write(Create(entity=entity("b", expires_at="2999-01-01T00:00:00Z")))
    assert keeper.ids() == ["b"] and keeper.ids(types=HasType(SITE)) == ["b"]
    assert keeper.entity(uri("a")) is None
    assert keeper.write(Delete(id=uri("a")), at=LATER)[0].error == "ResourceNotFound"
    assert rows(keeper, "shape") == 0
    assert keeper.write(Create(entity=entity("a")), at=LATER)[0].created


def test_an_expiry_may_be_moved(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a", expires_at="2999-01-01T00:00:00Z")))
    keeper.write(Replace(entity=entity("a", expires_at="2000-01-01T00:00:00Z")))
    assert keeper.ids(types=HasType(SITE)) == []


def test_integers_beyond_the_largest_double_are_kept(keeper: Keeper) -> None:
    keeper.write(Create(entity=entity("a", capacity=[prop(1).value, 2**63])))
    assert keeper.ids(q=Compare(Path((CAPACITY,)), Operator.EQUAL, Number(2.0**63))) == ["a"]


def test_a_tenant_that_is_not_there_takes_nothing(keeper: Keeper) -> None:
    missing = Write(tenant="300004", operations=(Create(entity=entity("a")),), at=AT)
    with pytest.raises(NonexistentTenant):
        keeper.run(keeper.store.write(missing))
    with pytest.raises(NonexistentTenant):
        keeper.run(keeper.store.write(Write(tenant="../x", operations=(), at=AT)))
    assert keeper.run(keeper.store.tenants()) == [TENANT]


def test_a_collection_has_no_id_twice(keeper: Keeper) -> None:
    (outcome,) = keeper.write(ReplaceCollection(collection="sites", entities=(entity("a"), entity("a", capacity=1))))
    assert outcome.error == "BadRequestData" and keeper.ids() == []
