"""Every kind of caller × every page of one organisation: who may, who may not, who must not know."""

from __future__ import annotations

from datetime import timedelta

import people
import pytest
from django.urls import reverse
from django.utils import timezone
from people import Cast

from moyai.office.accounts.actions import keys, links
from moyai.office.accounts.models import Organisation, Tenure
from moyai.office.accounts.rules import Term
from moyai.office.base.access import Role
from moyai.office.base.models import AuditEvent

pytestmark = pytest.mark.django_db

EVERY_ROLE = {"own administrator", "own officer", "own contributor", "own viewer"}
ADMINISTRATOR = {"own administrator"}
KEY_PEOPLE = {"own administrator", "own officer"}
SUPPORT = {"own administrator", "operator administrator"}
ABOVE = {"prefecture administrator", "operator administrator"}

ALLOWED = {
    "organisation": EVERY_ROLE | {"operator administrator"},
    "first-administrator": ABOVE,
    "add-post": ADMINISTRATOR,
    "change-post": ADMINISTRATOR,
    "close-post": ADMINISTRATOR,
    "hand-over": ADMINISTRATOR,
    "end-tenure": ADMINISTRATOR,
    "suspend-tenure": ADMINISTRATOR,
    "resume-tenure": ADMINISTRATOR,
    "reset-password": SUPPORT,
    "invite": ADMINISTRATOR,
    "revoke-invitation": ADMINISTRATOR,
    "keys": KEY_PEOPLE,
    "create-key": KEY_PEOPLE,
    "revoke-key": KEY_PEOPLE,
    "audit": SUPPORT,
    "audit-csv": SUPPORT,
}
"""Page of 有田市 → who may open it."""

ACQUAINTED = EVERY_ROLE | ABOVE
"""Those who may do anything at all there: to them a refusal is 403. To all others it is 404."""


def callers(cast: Cast) -> dict[str, Tenure]:
    groups = {
        "own": cast.arida,
        "other city's": cast.kainan,
        "prefecture": cast.prefecture,
        "council's": cast.council,
        "company's": cast.company,
        "operator": cast.operator,
    }
    return {f"{name} {role}": people.hire(owner, role) for name, owner in groups.items() for role in Role}


def address(page: str, owner: Organisation, everyone: dict[str, Tenure]) -> str:
    administrator = people.actor(everyone["own administrator"])
    viewer = everyone["own viewer"]
    arguments: dict[str, object] = {"tenant": owner.tenant}
    if page in ("change-post", "close-post"):
        arguments["post_id"] = viewer.post_id
    elif page.endswith("-tenure") or page in ("hand-over", "reset-password"):
        arguments["tenure_id"] = viewer.pk
    elif page == "revoke-invitation":
        term = Term(timezone.localdate())
        handed = links.invite_member(by=administrator, post=viewer.post, email="new@x.example", name="", term=term)
        arguments["invitation_id"] = handed.link.pk
    elif page == "revoke-key":
        order = keys.KeyOrder("鍵", ("read",), timezone.now() + timedelta(days=1))
        arguments["key_id"] = keys.create_key(by=administrator, organisation=owner, order=order).key.pk
    return reverse(f"accounts:{page}", kwargs=arguments)


def expected(page: str, caller: str) -> int:
    if caller in ALLOWED[page]:
        return 200
    return 403 if caller in ACQUAINTED else 404


@pytest.mark.parametrize("page", ALLOWED)
def test_each_caller_gets_the_page_or_a_refusal_that_tells_no_more_than_it_must(page: str) -> None:
    cast = people.cast()
    everyone = callers(cast)
    url = address(page, cast.arida, everyone)
    seen = {name: people.client(tenure).get(url).status_code for name, tenure in everyone.items()}
    assert seen == {name: expected(page, name) for name in everyone}


@pytest.mark.parametrize("page", ALLOWED)
def test_whoever_may_not_open_a_page_cannot_post_to_it_either(page: str) -> None:
    cast = people.cast()
    everyone = callers(cast)
    url = address(page, cast.arida, everyone)
    refused = {name: tenure for name, tenure in everyone.items() if name not in ALLOWED[page]}
    before = AuditEvent.objects.count()
    seen = {name: people.client(tenure).post(url, {"x": "y"}).status_code for name, tenure in refused.items()}
    assert seen == {name: expected(page, name) for name in refused}
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("page", ALLOWED)
def test_nobody_is_led_to_sign_in_and_someone_without_a_post_is_told_so(page: str) -> None:
    cast = people.cast()
    url = address(page, cast.arida, callers(cast))
    answer = people.client(None).get(url)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")
    former = people.hire(
        cast.arida, Role.ADMINISTRATOR, "former@x.example", until=timezone.localdate() - timedelta(days=1)
    )
    assert people.client(former).get(url).status_code == 403


@pytest.mark.parametrize("page", ["change-post", "close-post", "end-tenure", "reset-password", "revoke-key"])
def test_a_record_of_another_organisation_is_not_found_beneath_ones_own(page: str) -> None:
    cast = people.cast()
    everyone = callers(cast)
    url = address(page, cast.arida, everyone).replace(cast.arida.tenant, cast.kainan.tenant)
    assert people.client(everyone["other city's administrator"]).get(url).status_code == 404


@pytest.mark.parametrize("tenant", ["302058", "o-nobody", "nonsense"])
def test_an_organisation_that_does_not_exist_is_not_found(tenant: str) -> None:
    cast = people.cast()
    browser = people.client(people.hire(cast.prefecture, Role.ADMINISTRATOR))
    assert browser.get(f"/organisation/{tenant}/").status_code == 404


@pytest.mark.parametrize(
    ("owner", "role", "status"),
    [
        ("prefecture", Role.ADMINISTRATOR, 200),
        ("operator", Role.ADMINISTRATOR, 200),
        ("arida", Role.ADMINISTRATOR, 200),
        ("kainan", Role.ADMINISTRATOR, 404),
        ("prefecture", Role.OFFICER, 404),
        ("company", Role.ADMINISTRATOR, 404),
    ],
)
def test_the_directory_is_for_those_with_organisations_beneath_them(owner: str, role: Role, status: int) -> None:
    cast = people.cast()
    browser = people.client(people.hire(getattr(cast, owner), role))
    assert browser.get(reverse("accounts:directory")).status_code == status
