"""The sample people come once, sign in with this installation's password, and go without a trace but the trail."""

from __future__ import annotations

import stat
from pathlib import Path

import people
import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from moyai.office.accounts import sample
from moyai.office.accounts.actions import organisations
from moyai.office.accounts.actions.organisations import Identity
from moyai.office.accounts.models import Organisation, Person, Post, Tenure
from moyai.office.base import audit
from moyai.office.base.access import Role

pytestmark = pytest.mark.django_db

CODES = ("300004", "302023", "302040")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    towns = [Identity("302023", "海南市"), Identity("302040", "有田市")]
    organisations.establish_region(prefecture=Identity("300004", "和歌山県"), municipalities=towns)
    sample.load(CODES, data=tmp_path)
    return tmp_path


def test_every_organisation_gets_people_in_posts_all_marked_as_samples(data: Path) -> None:
    assert Person.objects.count() == 3 * 4 + 3
    assert not Person.objects.filter(is_sample=False).exists()
    assert all("見本" in person.name for person in Person.objects.all())
    assert all("見本" in post.title and post.is_sample for post in Post.objects.all())
    assert Person.objects.values("name").distinct().count() == Person.objects.count()


def test_towns_and_council_are_real_and_its_companies_are_samples(data: Path) -> None:
    samples = Organisation.objects.filter(is_sample=True)
    assert [row.name for row in samples] == ["見本商事株式会社（見本）", "見本システム株式会社（見本）"]
    council = Organisation.objects.get(tenant="o-coda")
    assert council.parent is not None
    assert council.parent.name == "有田市"
    assert {row.parent for row in samples} == {council}


def test_the_password_stands_in_a_file_of_its_owner_and_opens_the_door(data: Path) -> None:
    path = data / sample.SIGN_INS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    entries = sample.sign_ins(data)
    assert len(entries) == 15
    one = next(entry for entry in entries if entry.tenant == "302040" and entry.role == Role.OFFICER)
    assert Client().login(email=one.email, password=one.password)
    told = sample.for_printing(data)
    assert one.email in told
    assert one.password in told
    assert "302023" not in told


def test_a_crash_before_the_commit_leaves_no_one_without_a_password(data: Path) -> None:
    Tenure.objects.all().delete()
    Post.objects.all().delete()
    Person.objects.all().delete()
    password = sample.sign_ins(data)[0].password
    sample.load(CODES, data=data)
    entries = sample.sign_ins(data)
    assert len(entries) == len({entry.email for entry in entries}) == 15
    assert Client().login(email=entries[0].email, password=password)


def test_loading_again_adds_nothing(data: Path) -> None:
    assert sample.load(CODES, data=data) == []
    assert Person.objects.count() == 15


def test_removal_takes_every_sample_and_leaves_what_is_real(
    data: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    real = people.hire(Organisation.objects.get(tenant="302040"), Role.ADMINISTRATOR)
    browser = people.client(Tenure.objects.filter(person__is_sample=True)[0])
    assert browser.get("/accounts/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        removed = sample.remove(data=data)
    assert (removed.people, removed.organisations) == (15, ("o-mihon-shoji", "o-mihon-system"))
    assert list(Person.objects.all()) == [real.person]
    assert list(Post.objects.all()) == [real.post]
    assert sorted(Organisation.objects.values_list("tenant", flat=True)) == ["300004", "302023", "302040", "o-coda"]
    assert browser.get("/accounts/").status_code == 302
    assert not Session.objects.exists()
    assert not (data / sample.SIGN_INS).exists()
    assert audit.verify() is None


def test_removing_twice_is_removing_once(data: Path) -> None:
    sample.remove(data=data)
    head = audit.head()
    assert sample.remove(data=data) == sample.Removed((), 0, 0, 0)
    assert audit.head() == head


def test_a_region_without_arida_has_no_council(tmp_path: Path) -> None:
    organisations.establish_region(prefecture=Identity("300004", "和歌山県"), municipalities=[])
    assert len(sample.load(["300004"], data=tmp_path)) == 4
    assert not Organisation.objects.filter(kind="council").exists()
