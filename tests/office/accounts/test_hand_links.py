"""Invitations and password resets: used once, by the right person, in time."""

from __future__ import annotations

from datetime import timedelta

import people
import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from people import Cast

from moyai.errors import BadRequestData, Forbidden, ResourceNotFound
from moyai.office import settings
from moyai.office.accounts.actions import links
from moyai.office.accounts.actions.links import Handed
from moyai.office.accounts.models import Invitation, PasswordResetLink, Person, Tenure
from moyai.office.accounts.rules import Term
from moyai.office.base.access import Actor, Role
from moyai.office.base.models import AuditEvent

pytestmark = pytest.mark.django_db

NEW = "shinnin@arida.example"


@pytest.fixture
def cast() -> Cast:
    return people.cast()


@pytest.fixture
def administrator(cast: Cast) -> Actor:
    return people.actor(people.hire(cast.arida, Role.ADMINISTRATOR))


@pytest.fixture
def invited(cast: Cast, administrator: Actor) -> Handed[Invitation]:
    return invite(cast, administrator, NEW)


def invite(cast: Cast, by: Actor, email: str) -> Handed[Invitation]:
    post = people.post(cast.arida, Role.OFFICER)
    return links.invite_member(by=by, post=post, email=email, name="新任", term=Term(timezone.localdate()))


def accept(browser: Client, token: str, **values: str) -> int:
    browser.get(f"/accounts/invitation/{token}/", follow=True)
    form = {"name": "新任 太郎", "password": people.PASSWORD, "again": people.PASSWORD, **values}
    return browser.post("/accounts/invitation/", form).status_code


def test_an_invitation_makes_a_person_in_a_post(invited: Handed[Invitation]) -> None:
    browser = Client()
    assert accept(browser, invited.token) == 302
    person = Person.objects.get(email=NEW)
    assert person.name == "新任 太郎"
    assert Tenure.objects.get(person=person).post.role == Role.OFFICER
    assert browser.login(email=NEW, password=people.PASSWORD)


def test_the_token_is_stored_as_a_hash_and_leaves_the_address(invited: Handed[Invitation]) -> None:
    assert invited.token not in str(Invitation.objects.values())
    assert len(invited.link.token_hash) == 64
    opened = Client().get(f"/accounts/invitation/{invited.token}/")
    assert (opened.status_code, opened["Location"]) == (302, "/accounts/invitation/")
    cookie = opened.cookies["moyai_invitation"]
    assert cookie["httponly"]
    assert cookie["path"] == "/accounts/invitation/"
    assert "no-store" in opened["Cache-Control"]


def test_an_invitation_is_used_once(invited: Handed[Invitation]) -> None:
    assert accept(Client(), invited.token) == 302
    assert accept(Client(), invited.token) == 404
    with pytest.raises(ResourceNotFound):
        links.accept_as_new(token=invited.token, name="別人", password=people.PASSWORD)
    assert Person.objects.filter(email=NEW).count() == 1


def test_an_invitation_ends_after_seven_days(invited: Handed[Invitation]) -> None:
    lasts = invited.link.expires_at - invited.link.created_at
    assert timedelta(days=7) - timedelta(minutes=1) < lasts <= timedelta(days=7, minutes=1)
    Invitation.objects.update(expires_at=timezone.now())
    assert accept(Client(), invited.token) == 404
    assert not Person.objects.filter(email=NEW).exists()


def test_a_revoked_invitation_is_dead(invited: Handed[Invitation], administrator: Actor) -> None:
    links.revoke_invitation(by=administrator, invitation=invited.link)
    assert accept(Client(), invited.token) == 404


@pytest.mark.parametrize("token", ["x", "A" * 43, "..%2F", "moyai"])
def test_a_made_up_token_is_not_found(token: str) -> None:
    assert Client().get(f"/accounts/invitation/{token}/").status_code == 404
    assert Client().get("/accounts/invitation/").status_code == 404


def test_someone_else_who_is_signed_in_cannot_take_it(cast: Cast, invited: Handed[Invitation]) -> None:
    other = people.hire(cast.kainan, Role.OFFICER)
    assert accept(people.client(other), invited.token) == 403
    assert Tenure.objects.filter(person=other.person).count() == 1
    with pytest.raises(Forbidden):
        links.accept_as(token=invited.token, person=other.person)


def test_an_invitation_cannot_set_the_password_of_someone_who_is_here(cast: Cast, administrator: Actor) -> None:
    officer = people.hire(cast.kainan, Role.OFFICER, "here@kainan.example")
    handed = invite(cast, administrator, "Here@Kainan.example")
    browser = Client()
    assert accept(browser, handed.token) == 302
    assert browser.get("/accounts/invitation/")["Location"].startswith("/accounts/login/")
    with pytest.raises(Forbidden):
        links.accept_as_new(token=handed.token, name="乗っ取り", password="another good password")
    assert Person.objects.get(pk=officer.person_id).check_password(people.PASSWORD)


def test_someone_who_is_here_accepts_signed_in(cast: Cast, administrator: Actor) -> None:
    officer = people.hire(cast.kainan, Role.OFFICER, "here@kainan.example")
    handed = invite(cast, administrator, "here@kainan.example")
    assert accept(people.client(officer), handed.token) == 302
    assert {tenure.post.organisation for tenure in officer.person.tenures.all()} == {cast.arida, cast.kainan}


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012345", NEW])
def test_a_weak_password_is_refused_and_the_link_still_works(invited: Handed[Invitation], password: str) -> None:
    browser = Client()
    assert accept(browser, invited.token, password=password, again=password) == 422
    assert accept(browser, invited.token, again="different") == 422
    assert not Person.objects.filter(email=NEW).exists()
    assert accept(browser, invited.token) == 302


def test_the_prefecture_invites_the_first_administrator_of_a_town(cast: Cast) -> None:
    by = people.actor(people.hire(cast.prefecture, Role.ADMINISTRATOR))
    handed = links.invite_first_administrator(by=by, organisation=cast.arida, email=NEW, name="初代")
    again = links.invite_first_administrator(by=by, organisation=cast.arida, email=NEW, name="初代")
    with pytest.raises(ResourceNotFound):
        links.accept_as_new(token=handed.token, name="初代", password=people.PASSWORD)
    tenure = links.accept_as_new(token=again.token, name="初代", password=people.PASSWORD)
    assert people.actor(tenure).role is Role.ADMINISTRATOR
    with pytest.raises(BadRequestData, match="すでに管理者"):
        links.invite_first_administrator(by=by, organisation=cast.arida, email="x@x.example", name="二代")
    about = AuditEvent.objects.filter(action="invitation.issued").first()
    assert about is not None
    assert (about.organisation_name, about.post_name) == ("有田市", "和歌山県 administratorの職")


def test_the_page_shows_the_link_once_and_keeps_it_from_caches(cast: Cast, administrator: Actor) -> None:
    browser = people.client(Tenure.objects.get(person_id=administrator.person_id))
    post = people.post(cast.arida, Role.OFFICER)
    form = {"post": post.pk, "email": NEW, "name": "新任", "starts_on": timezone.localdate().isoformat()}
    shown = browser.post("/organisation/302040/invitations/add/", form)
    assert "http://testserver/accounts/invitation/" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert "/accounts/invitation/" not in browser.get("/organisation/302040/").content.decode()
    assert mail.outbox == []


def test_where_mail_is_set_up_the_link_goes_by_mail_too(
    cast: Cast, administrator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HAS_MAIL", True)
    monkeypatch.setattr(settings, "PUBLIC_URL", "https://dx.example.lg.jp")
    browser = people.client(Tenure.objects.get(person_id=administrator.person_id))
    post = people.post(cast.arida, Role.OFFICER)
    form = {"post": post.pk, "email": NEW, "name": "新任", "starts_on": timezone.localdate().isoformat()}
    browser.post("/organisation/302040/invitations/add/", form)
    assert mail.outbox[0].to == [NEW]
    assert "https://dx.example.lg.jp/accounts/invitation/" in mail.outbox[0].body


def test_another_organisations_post_is_not_offered(cast: Cast, administrator: Actor) -> None:
    browser = people.client(Tenure.objects.get(person_id=administrator.person_id))
    foreign = people.post(cast.kainan, Role.ADMINISTRATOR)
    form = {"post": foreign.pk, "email": NEW, "name": "x", "starts_on": timezone.localdate().isoformat()}
    assert browser.post("/organisation/302040/invitations/add/", form).status_code == 422
    assert not Invitation.objects.exists()


# Password resets


def reset(browser: Client, token: str, password: str = "a brand new password") -> int:
    browser.get(f"/accounts/reset/{token}/", follow=True)
    return browser.post("/accounts/reset/", {"password": password, "again": password}).status_code


@pytest.fixture
def officer(cast: Cast) -> Tenure:
    return people.hire(cast.arida, Role.OFFICER)


@pytest.fixture
def handed(cast: Cast, administrator: Actor, officer: Tenure) -> Handed[PasswordResetLink]:
    return links.issue_password_reset(by=administrator, organisation=cast.arida, person=officer.person)


def test_a_reset_link_sets_a_password_once_and_ends_sessions(
    officer: Tenure, handed: Handed[PasswordResetLink]
) -> None:
    elsewhere = people.client(officer)
    assert elsewhere.get("/accounts/").status_code == 200
    assert reset(Client(), handed.token) == 302
    assert elsewhere.get("/accounts/").status_code == 302
    assert Person.objects.get(pk=officer.person_id).check_password("a brand new password")
    assert reset(Client(), handed.token, "yet another password") == 404


def test_a_reset_link_ends_after_a_day(handed: Handed[PasswordResetLink]) -> None:
    assert handed.link.expires_at - handed.link.created_at <= timedelta(days=1, minutes=1)
    PasswordResetLink.objects.update(expires_at=timezone.now())
    assert reset(Client(), handed.token) == 404


def test_a_new_reset_link_kills_the_one_before(
    cast: Cast, administrator: Actor, officer: Tenure, handed: Handed[PasswordResetLink]
) -> None:
    links.issue_password_reset(by=administrator, organisation=cast.arida, person=officer.person)
    assert reset(Client(), handed.token) == 404


def test_a_weak_new_password_is_refused_and_the_link_still_works(handed: Handed[PasswordResetLink]) -> None:
    browser = Client()
    assert reset(browser, handed.token, "short") == 422
    assert reset(browser, handed.token) == 302


def test_nobody_opens_another_organisations_posts_by_a_reset(cast: Cast, administrator: Actor) -> None:
    shared = people.hire(cast.arida, Role.OFFICER)
    Tenure.objects.create(
        person=shared.person,
        post=people.post(cast.prefecture, Role.ADMINISTRATOR),
        starts_on=timezone.localdate() + timedelta(days=30),
    )
    with pytest.raises(Forbidden):
        links.issue_password_reset(by=administrator, organisation=cast.arida, person=shared.person)
    operator = people.actor(people.hire(cast.operator, Role.ADMINISTRATOR))
    assert links.issue_password_reset(by=operator, organisation=cast.arida, person=shared.person).token


def test_only_members_are_reset(cast: Cast, administrator: Actor) -> None:
    stranger = people.hire(cast.kainan, Role.OFFICER)
    with pytest.raises(ResourceNotFound):
        links.issue_password_reset(by=administrator, organisation=cast.arida, person=stranger.person)


def test_without_mail_one_is_told_whom_to_ask() -> None:
    page = Client().get("/accounts/password/reset/")
    assert "管理者に" in page.content.decode()


def test_with_mail_the_reset_link_comes_by_mail(officer: Tenure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HAS_MAIL", True)
    browser = Client()
    assert browser.post("/accounts/password/reset/", {"email": officer.person.email}).status_code == 302
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    form = browser.get(link, follow=True).request["PATH_INFO"]
    new = {"password1": "a brand new password", "password2": "a brand new password"}
    assert browser.post(form, new).status_code == 302
    assert Person.objects.get(pk=officer.person_id).check_password("a brand new password")
    assert AuditEvent.objects.filter(action="password.reset").count() == 1
