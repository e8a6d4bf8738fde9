"""Signing in with a password, an authenticator app, recovery codes; what is audited; how guessing is slowed."""

from __future__ import annotations

import time

import people
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from people import PASSWORD, Cast
from pytest_django import DjangoCaptureOnCommitCallbacks

from moyai.office.accounts.actions import links
from moyai.office.accounts.models import Person, Tenure
from moyai.office.base.access import Role
from moyai.office.base.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return people.cast()


@pytest.fixture
def officer(cast: Cast) -> Tenure:
    return people.hire(cast.arida, Role.OFFICER)


def sign_in(browser: Client, email: str, password: str = PASSWORD, after: str = "") -> HttpResponse:
    address = f"/accounts/login/{f'?next={after}' if after else ''}"
    return browser.post(address, {"login": email, "password": password})  # type: ignore[return-value]


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def recorded() -> list[str]:
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def set_up_totp(browser: Client) -> str:
    """The secret of the authenticator app that was set up by its page."""
    page = browser.get("/accounts/2fa/totp/activate/", follow=True)
    if "reauthenticate" in page.request["PATH_INFO"]:
        browser.post(page.request["PATH_INFO"], {"password": PASSWORD})
        page = browser.get("/accounts/2fa/totp/activate/")
    secret = str(page.context["form"].secret)
    assert browser.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    return secret


def test_a_password_opens_the_door_and_the_trail_says_so(officer: Tenure) -> None:
    browser = Client()
    assert sign_in(browser, officer.person.email)["Location"] == "/organisation/"
    event = AuditEvent.objects.get()
    assert (event.action, event.person_name, event.post_name) == (
        "sign-in.succeeded",
        "officer",
        "有田市 officerの職",
    )
    assert event.detail == {"address": "127.0.0.1", "methods": ["password"]}
    browser.post("/accounts/logout/")
    assert recorded() == ["sign-in.succeeded", "sign-out"]
    assert browser.get("/accounts/").status_code == 302


def test_upper_and_lower_case_of_the_address_do_not_matter(officer: Tenure) -> None:
    assert sign_in(Client(), officer.person.email.upper()).status_code == 302


def test_one_is_led_back_to_the_page_one_wanted_but_to_no_other_site(officer: Tenure) -> None:
    assert sign_in(Client(), officer.person.email, after="/organisation/302040/keys/")["Location"].endswith("/keys/")
    assert sign_in(Client(), officer.person.email, after="https://evil.example/")["Location"] == "/organisation/"


def test_a_wrong_password_is_recorded_with_the_person_and_not_with_what_was_typed(officer: Tenure) -> None:
    answer = sign_in(Client(), officer.person.email, "wrong-secret")
    assert answer.status_code == 200
    event = AuditEvent.objects.get()
    assert (event.action, event.person_name, event.organisation_name) == ("sign-in.failed", "officer", "有田市")
    assert "wrong-secret" not in str(vars(event))


def test_an_unknown_address_gets_the_same_answer_and_is_not_kept(officer: Tenure) -> None:
    known = sign_in(Client(), officer.person.email, "wrong").content.decode()
    unknown = sign_in(Client(), "hunter2-typed-here@x.example", "wrong").content.decode()
    assert "メールアドレスもしくはパスワードが正しくありません" in known
    assert "メールアドレスもしくはパスワードが正しくありません" in unknown
    assert "hunter2" not in str(list(AuditEvent.objects.values()))


def test_guessing_is_slowed_down(officer: Tenure) -> None:
    browser = Client()
    for _ in range(5):
        sign_in(browser, officer.person.email, "wrong")
    refused = sign_in(browser, officer.person.email)
    assert refused.status_code == 200
    assert "時間が経ってから" in refused.content.decode()
    assert recorded() == ["sign-in.failed"] * 5


def test_nobody_signs_up(officer: Tenure) -> None:
    before = Person.objects.count()
    page = Client().post("/accounts/signup/", {"email": "me@x.example", "password1": PASSWORD, "password2": PASSWORD})
    assert "招待制" in page.content.decode()
    assert Person.objects.count() == before


def test_the_address_one_signs_in_with_is_not_changed_by_oneself(officer: Tenure) -> None:
    browser = people.client(officer)
    browser.post("/accounts/email/", {"action_add": "", "email": "other@x.example"})
    assert Person.objects.get(pk=officer.person_id).email == "officer@302040.example"


def test_an_inactive_person_is_turned_away(officer: Tenure) -> None:
    Person.objects.filter(pk=officer.person_id).update(is_active=False)
    answer = sign_in(Client(), officer.person.email)
    assert "sign-in.succeeded" not in recorded()
    assert answer.status_code in (200, 302)


def test_with_an_authenticator_app_the_password_alone_does_not_open(
    officer: Tenure, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    browser = Client()
    sign_in(browser, officer.person.email)
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up_totp(browser)
    browser.post("/accounts/logout/")

    answer = sign_in(browser, officer.person.email)
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert browser.get("/organisation/").status_code == 302
    assert "二段階認証" in browser.get("/accounts/2fa/authenticate/").content.decode()
    wrong = "000000" if code_of(secret) != "000000" else "111111"
    assert browser.post("/accounts/2fa/authenticate/", {"code": wrong}).status_code == 200

    cache.clear()  # the code that set the app up is not taken again within its 30 seconds
    assert browser.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
    assert browser.get("/organisation/")["Location"] == "/organisation/302040/"
    assert recorded()[-2:] == ["sign-in.second-factor-failed", "sign-in.succeeded"]
    assert AuditEvent.objects.filter(action="factor.added").count() == 2
    last = AuditEvent.objects.first()
    assert last is not None
    assert last.detail["methods"] == ["password", "totp"]


def test_a_recovery_code_opens_once(officer: Tenure) -> None:
    browser = Client()
    TOTP.activate(officer.person, "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(officer.person).get_unused_codes()
    for expected in (302, 200):
        sign_in(browser, officer.person.email)
        assert browser.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == expected
        browser.post("/accounts/logout/")


def test_a_reset_that_clears_the_factors_lets_in_who_lost_them_all(cast: Cast, officer: Tenure) -> None:
    TOTP.activate(officer.person, "JBSWY3DPEHPK3PXP")
    by = people.actor(people.hire(cast.arida, Role.ADMINISTRATOR))
    kept = links.issue_password_reset(by=by, organisation=cast.arida, person=officer.person)
    links.reset_password(token=kept.token, password="a brand new password")
    assert Authenticator.objects.filter(user=officer.person).exists()
    cleared = links.issue_password_reset(by=by, organisation=cast.arida, person=officer.person, clears_factors=True)
    links.reset_password(token=cleared.token, password="yet another password")
    assert not Authenticator.objects.filter(user=officer.person).exists()


@pytest.mark.parametrize(
    "page",
    [
        "/accounts/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/totp/activate/",
        "/accounts/reauthenticate/",
        "/accounts/logout/",
    ],
)
def test_the_pages_of_ones_own_account_are_in_japanese_and_without_inline_code(officer: Tenure, page: str) -> None:
    browser = Client()
    sign_in(browser, officer.person.email)
    answer = browser.get(page, follow=True)
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "<h1>" in body
    assert "unsafe" not in answer["Content-Security-Policy"]
    scripts = [part.split(">")[0] for part in body.split("<script")[1:]]
    assert all("src=" in script or "application/json" in script for script in scripts)


def test_a_key_for_passkeys_is_asked_for_in_json() -> None:
    answer = Client().get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
    assert "challenge" in answer.json()["request_options"]["publicKey"]


def test_forged_posts_are_refused_with_a_page_that_helps() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "もう一度送ってください" in answer.content.decode()
