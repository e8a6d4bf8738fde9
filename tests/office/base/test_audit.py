"""The audit trail cannot be changed, and where it was changed all the same, one sees it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import people
import pytest
from django.db import DatabaseError, connection, transaction
from people import Cast

from moyai.office.base import audit
from moyai.office.base.access import Role
from moyai.office.base.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_events() -> Cast:
    cast = people.cast()
    by = people.actor(people.hire(cast.arida, Role.ADMINISTRATOR))
    for number in range(3):
        audit.record("key.created", by=by, subject=f"鍵{number}", detail={"verbs": ["read"], "number": number})
    return cast


@pytest.fixture
def unguarded() -> Iterator[Callable[[str], None]]:
    """Run SQL as someone would who has the file in hand and takes the triggers away."""

    def run(sql: str) -> None:
        with connection.cursor() as cursor:
            for trigger in ("is_not_changed", "is_not_removed", "follows_the_last"):
                cursor.execute(f"DROP TRIGGER IF EXISTS audit_event_{trigger}")
            cursor.execute(sql)

    yield run


def test_an_event_keeps_person_post_and_organisation_as_they_were_then(three_events: Cast) -> None:
    three_events.arida.name = "新有田市"
    three_events.arida.save()
    event = AuditEvent.objects.get(sequence=1)
    assert event.post_name == "有田市 administratorの職"
    assert event.organisation_name == "有田市"
    assert event.person_name == "administrator"
    assert event.detail == {"verbs": ["read"], "number": 0}


def test_an_untouched_chain_holds(three_events: Cast) -> None:
    assert audit.verify() is None
    assert audit.verify(audit.head()) is None


def test_an_empty_trail_holds_and_has_no_head() -> None:
    assert audit.verify() is None
    assert audit.head() is None


def test_the_chain_holds_for_any_detail_and_time() -> None:
    odd = {"tuple": (1, 2), "none": None, "float": 0.1, 5: "number as key", "文字": "㈱😀"}
    audit.record("dataset.imported", by=None, detail=odd, at=datetime(2026, 4, 1, 0, 0, 0, 5, tzinfo=UTC))  # type: ignore[arg-type]
    assert audit.verify() is None


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE base_auditevent SET subject = 'x' WHERE sequence = 2",
        "DELETE FROM base_auditevent WHERE sequence = 3",
        "REPLACE INTO base_auditevent SELECT * FROM base_auditevent WHERE sequence = 2",
        "INSERT INTO base_auditevent (sequence, at, person_name, post_name, organisation_name, action, subject, detail,"
        " previous_hash, hash) VALUES (9, '2026-01-01', '', '', '', '', '', '{}', '', '')",
    ],
)
def test_the_database_itself_refuses(three_events: Cast, sql: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert audit.verify() is None


def test_the_orm_cannot_change_it_either(three_events: Cast) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.filter(sequence=1).update(person_name="別人")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.all().delete()


@pytest.mark.parametrize(
    ("sql", "sequence"),
    [
        ("UPDATE base_auditevent SET subject = 'x' WHERE sequence = 2", 2),
        ("UPDATE base_auditevent SET person_name = '別人' WHERE sequence = 1", 1),
        ("UPDATE base_auditevent SET detail = '{}' WHERE sequence = 3", 3),
        ("UPDATE base_auditevent SET at = '2020-01-01 00:00:00' WHERE sequence = 2", 2),
        ("UPDATE base_auditevent SET organisation_id = 1 + organisation_id WHERE sequence = 2", 2),
        ("UPDATE base_auditevent SET previous_hash = '' WHERE sequence = 3", 3),
        ("DELETE FROM base_auditevent WHERE sequence = 2", 3),
        ("DELETE FROM base_auditevent WHERE sequence = 1", 2),
    ],
)
def test_tampering_is_found_where_it_was_done(
    three_events: Cast, unguarded: Callable[[str], None], sql: str, sequence: int
) -> None:
    unguarded(sql)
    broken = audit.verify()
    assert broken is not None
    assert broken.sequence == sequence
    assert f"{sequence}番" in str(broken)


def test_events_cut_off_the_end_are_missed_by_whoever_wrote_down_the_head(
    three_events: Cast, unguarded: Callable[[str], None]
) -> None:
    head = audit.head()
    unguarded("DELETE FROM base_auditevent WHERE sequence = 3")
    assert audit.verify() is None
    broken = audit.verify(head)
    assert broken is not None
    assert broken.sequence == 3


def test_a_chain_forged_anew_differs_from_the_head_written_down(
    three_events: Cast, unguarded: Callable[[str], None]
) -> None:
    head = audit.head()
    unguarded("DELETE FROM base_auditevent")
    for _ in range(3):
        audit.record("key.created", by=None)
    assert audit.verify() is None
    broken = audit.verify(head)
    assert broken is not None
    assert broken.sequence == 3


def test_an_event_goes_when_its_deed_is_rolled_back(three_events: Cast) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record("key.revoked", by=None)
        raise RuntimeError
    assert AuditEvent.objects.count() == 3


WRITER = """
import django, sys, threading
django.setup()
from django.db import connection, transaction
from moyai.office.base import audit

def write(name):
    for number in range(15):
        with transaction.atomic():
            audit.record("key.created", by=None, subject=f"{name} {number}")
    connection.close()

threads = [threading.Thread(target=write, args=(f"{sys.argv[1]}-{each}",)) for each in range(3)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


CHECK = """
import django
django.setup()
from moyai.office.base import audit
print(audit.verify(), audit.head().sequence)
"""


def test_processes_and_threads_that_write_at_once_make_one_unbroken_chain(tmp_path: Path) -> None:
    environment = {**os.environ, "MOYAI_DATA": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    assert start("-m", "django", "migrate", "-v0").communicate() == (b"", b"")
    writers = [start("-c", WRITER, name) for name in ("甲", "乙")]
    assert [writer.communicate() for writer in writers] == [(b"", b""), (b"", b"")]
    assert start("-c", CHECK).communicate() == (b"None 90\n", b"")
