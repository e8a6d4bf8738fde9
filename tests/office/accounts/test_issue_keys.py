"""API keys: shown once, stored hashed, bound to tenant and verbs, revoked for good."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import people
import pytest
from django.db import connection
from django.utils import timezone
from people import Cast

from moyai.errors import BadRequestData, Forbidden, ResourceNotFound
from moyai.office.accounts.actions import keys
from moyai.office.accounts.actions.keys import KeyOrder
from moyai.office.accounts.models import ApiKey, KeyKind, Tenure
from moyai.office.base.access import Role
from moyai.office.base.models import AuditEvent

pytestmark = pytest.mark.django_db

COLUMNS = {
    "id", "organisation_id", "name", "prefix", "secret_hash", "tenants", "verbs", "collection", "kind",
    "rate_per_minute", "quota_per_day", "created_at", "created_by_id", "expires_at", "revoked_at",
}  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    return people.cast()


@pytest.fixture
def administrator(cast: Cast) -> Tenure:
    return people.hire(cast.arida, Role.ADMINISTRATOR)


def order(**changes: object) -> KeyOrder:
    values = {"name": "避難所アプリ", "verbs": ("read",), "expires_at": timezone.now() + timedelta(days=365)}
    return KeyOrder(**{**values, **changes})  # type: ignore[arg-type]


def test_the_table_is_the_one_that_the_broker_reads(cast: Cast, administrator: Tenure) -> None:
    new = keys.create_key(by=people.actor(administrator), organisation=cast.arida, order=order())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM api_key")
        row = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
        cursor.execute("SELECT tenant, kind, is_active, is_sample FROM organisation WHERE id = %s", [cast.arida.pk])
        assert cursor.fetchone() == ("302040", "municipality", True, False)
    assert set(row) == COLUMNS
    assert row["secret_hash"] == hashlib.sha256(new.text.encode()).hexdigest()
    assert (row["tenants"], row["verbs"]) == ('["302040"]', '["read"]')
    assert str(row["expires_at"]) > str(timezone.now().replace(tzinfo=None))
    assert row["revoked_at"] is None
    assert new.text not in str(row)


def test_a_key_opens_its_own_organisations_tenant_only(cast: Cast) -> None:
    by = people.actor(people.hire(cast.prefecture, Role.ADMINISTRATOR))
    assert keys.create_key(by=by, organisation=cast.prefecture, order=order()).key.tenants == ["300004"]
    with pytest.raises(Forbidden):
        keys.create_key(by=by, organisation=cast.arida, order=order())


@pytest.mark.parametrize("role", Role)
def test_who_makes_a_key_gives_no_more_than_they_may(cast: Cast, role: Role) -> None:
    by = people.actor(people.hire(cast.arida, role))
    writing = order(verbs=("read", "create", "update", "delete"))
    if role is Role.ADMINISTRATOR:
        assert len(keys.create_key(by=by, organisation=cast.arida, order=writing).key.verbs) == 4
        return
    with pytest.raises((Forbidden, BadRequestData)):
        keys.create_key(by=by, organisation=cast.arida, order=writing)
    assert not ApiKey.objects.exists()


def test_an_officer_makes_a_key_that_reads(cast: Cast) -> None:
    by = people.actor(people.hire(cast.arida, Role.OFFICER))
    assert keys.create_key(by=by, organisation=cast.arida, order=order()).key.verbs == ["read"]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"verbs": ()},
        {"expires_at": timezone.now()},
        {"rate_per_minute": 0},
        {"quota_per_day": 0},
        {"rate_per_minute": 10**9},
    ],
)
def test_an_order_that_makes_no_sense_makes_no_key(
    cast: Cast, administrator: Tenure, changes: dict[str, object]
) -> None:
    with pytest.raises(BadRequestData):
        keys.create_key(by=people.actor(administrator), organisation=cast.arida, order=order(**changes))
    assert not ApiKey.objects.exists()
    assert not AuditEvent.objects.exists()


def test_revocation_is_final_and_recorded_once(cast: Cast, administrator: Tenure) -> None:
    by = people.actor(administrator)
    key = keys.create_key(by=by, organisation=cast.arida, order=order()).key
    assert key.is_usable(timezone.now())
    keys.revoke_key(by=by, key=key)
    first = ApiKey.objects.get().revoked_at
    keys.revoke_key(by=by, key=key)
    assert ApiKey.objects.get().revoked_at == first
    assert not ApiKey.objects.get().is_usable(timezone.now())
    assert AuditEvent.objects.filter(action="key.revoked").count() == 1


def test_an_officer_revokes_their_own_key_and_no_other(cast: Cast, administrator: Tenure) -> None:
    officer = people.actor(people.hire(cast.arida, Role.OFFICER))
    theirs = keys.create_key(by=officer, organisation=cast.arida, order=order()).key
    other = keys.create_key(by=people.actor(administrator), organisation=cast.arida, order=order()).key
    keys.revoke_key(by=officer, key=theirs)
    with pytest.raises(Forbidden):
        keys.revoke_key(by=officer, key=other)


def test_a_stranger_finds_no_key(cast: Cast, administrator: Tenure) -> None:
    key = keys.create_key(by=people.actor(administrator), organisation=cast.arida, order=order()).key
    with pytest.raises(ResourceNotFound):
        keys.revoke_key(by=people.actor(people.hire(cast.kainan, Role.ADMINISTRATOR)), key=key)


def test_the_page_shows_the_key_once(cast: Cast, administrator: Tenure) -> None:
    browser = people.client(administrator)
    form = {
        "name": "避難所アプリ",
        "verbs": ["read", "create"],
        "kind": KeyKind.BATCH,
        "rate_per_minute": 60,
        "quota_per_day": 1000,
        "expires_on": (timezone.localdate() + timedelta(days=30)).isoformat(),
    }
    shown = browser.post("/organisation/302040/keys/add/", form)
    key = ApiKey.objects.get()
    body = shown.content.decode()
    text = next(word for word in body.replace("<", " ").replace(">", " ").split() if word.startswith("moyai_"))
    assert hashlib.sha256(text.encode()).hexdigest() == key.secret_hash
    assert "no-store" in shown["Cache-Control"]
    listed = browser.get("/organisation/302040/keys/").content.decode()
    assert key.prefix in listed
    assert text not in listed
    assert timezone.localtime(key.expires_at).date() == timezone.localdate() + timedelta(days=30)


def test_the_officers_form_offers_reading_only(cast: Cast) -> None:
    browser = people.client(people.hire(cast.arida, Role.OFFICER))
    page = browser.get("/organisation/302040/keys/add/").content.decode()
    assert 'value="read"' in page
    assert 'value="delete"' not in page
