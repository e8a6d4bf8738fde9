"""Posts are held from a day to a day; the April handover; suspension; the last administrator stays."""

from __future__ import annotations

from datetime import date, timedelta

import people
import pytest
from django.urls import reverse
from django.utils import timezone
from people import Cast

from moyai.errors import AlreadyExists, BadRequestData, Forbidden, ResourceNotFound, Unavailable
from moyai.office.accounts import queries
from moyai.office.accounts.actions import links, organisations, posts
from moyai.office.accounts.actions.links import Handed, Successor
from moyai.office.accounts.actions.organisations import Identity
from moyai.office.accounts.models import Organisation, Person, Tenure
from moyai.office.base import audit, broker
from moyai.office.base.access import Actor, Kind, Role
from moyai.office.base.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return people.cast()


@pytest.fixture
def administrator(cast: Cast) -> Actor:
    return people.actor(people.hire(cast.arida, Role.ADMINISTRATOR))


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


def actions_recorded() -> list[str]:
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


@pytest.mark.parametrize(
    ("since", "until", "holds"), [(-1, None, True), (0, 0, True), (1, None, False), (-5, -1, False), (-5, 1, True)]
)
def test_rights_last_from_the_first_day_to_the_last(cast: Cast, since: int, until: int | None, holds: bool) -> None:
    last = today(until) if until is not None else None
    tenure = people.hire(cast.arida, Role.OFFICER, since=today(since), until=last)
    assert (queries.actor_of(tenure.person_id) is not None) == holds


@pytest.mark.parametrize("how", ["person", "organisation", "post"])
def test_rights_end_with_the_person_the_organisation_or_the_post(cast: Cast, how: str) -> None:
    tenure = people.hire(cast.arida, Role.OFFICER)
    assert queries.actor_of(tenure.person_id) is not None
    if how == "person":
        Person.objects.update(is_active=False)
    elif how == "organisation":
        Organisation.objects.filter(pk=cast.arida.pk).update(is_active=False)
    else:
        tenure.post.closed_at = timezone.now()
        tenure.post.save()
    assert queries.actor_of(tenure.person_id) is None


def test_the_april_handover_ends_one_tenure_and_starts_another(cast: Cast, administrator: Actor) -> None:
    leaving = people.hire(cast.arida, Role.OFFICER)
    coming = people.hire(cast.arida, Role.VIEWER)
    links.hand_over(
        by=administrator,
        tenure=leaving,
        last_day=today(-1),
        successor=Successor(person=coming.person),
        starts_on=today(),
    )
    assert queries.actor_of(leaving.person_id) is None
    roles = {actor.role for actor in queries.actors_of(coming.person_id)}
    assert roles == {Role.OFFICER, Role.VIEWER}
    assert actions_recorded() == ["tenure.handed-over", "tenure.started"]


def test_the_successor_reads_the_history_of_the_post(cast: Cast, administrator: Actor) -> None:
    leaving = people.hire(cast.arida, Role.OFFICER, "leaving@arida.example")
    coming = people.hire(cast.arida, Role.VIEWER)
    links.hand_over(
        by=administrator,
        tenure=leaving,
        last_day=today(-1),
        successor=Successor(person=coming.person),
        starts_on=today(),
    )
    page = people.client(coming).get(reverse("accounts:organisation", kwargs={"tenant": "302040"}))
    assert "leaving" in page.content.decode()


def test_a_successor_from_outside_is_invited_for_the_day_they_start(cast: Cast, administrator: Actor) -> None:
    leaving = people.hire(cast.arida, Role.OFFICER)
    handed = links.hand_over(
        by=administrator,
        tenure=leaving,
        last_day=today(30),
        successor=Successor(email="new@arida.example", name="新任"),
        starts_on=today(31),
    )
    assert isinstance(handed, Handed)
    tenure = links.accept_as_new(token=handed.token, name="新任", password=people.PASSWORD)
    assert tenure.starts_on == today(31)
    assert queries.actor_of(tenure.person_id) is None
    assert people.client(tenure).get("/accounts/").status_code == 200


def test_someone_of_another_organisation_is_no_successor_from_the_list(cast: Cast, administrator: Actor) -> None:
    leaving = people.hire(cast.arida, Role.OFFICER)
    stranger = people.hire(cast.kainan, Role.OFFICER)
    with pytest.raises(ResourceNotFound):
        links.hand_over(
            by=administrator,
            tenure=leaving,
            last_day=today(),
            successor=Successor(person=stranger.person),
            starts_on=today(1),
        )
    assert Tenure.objects.get(pk=leaving.pk).ends_on is None
    assert actions_recorded() == []


def test_suspension_takes_effect_with_the_next_request(cast: Cast, administrator: Actor) -> None:
    officer = people.hire(cast.arida, Role.OFFICER)
    browser = people.client(officer)
    page = reverse("accounts:organisation", kwargs={"tenant": "302040"})
    assert browser.get(page).status_code == 200
    posts.suspend_tenure(by=administrator, tenure=officer)
    assert browser.get(page).status_code == 403
    posts.resume_tenure(by=administrator, tenure=officer)
    assert browser.get(page).status_code == 200
    assert actions_recorded() == ["tenure.suspended", "tenure.resumed"]


@pytest.mark.parametrize("deed", ["suspend", "end", "demote"])
def test_an_organisation_keeps_its_last_administrator(cast: Cast, administrator: Actor, deed: str) -> None:
    tenure = Tenure.objects.get(person_id=administrator.person_id)
    with pytest.raises(BadRequestData, match="管理者がいなくなります"):
        if deed == "suspend":
            posts.suspend_tenure(by=administrator, tenure=tenure)
        elif deed == "end":
            posts.end_tenure(by=administrator, tenure=tenure, last_day=today(-1))
        else:
            posts.change_post(by=administrator, post=tenure.post, title="担当", role=Role.OFFICER)
    assert queries.has_administrator(cast.arida)
    assert actions_recorded() == []


def test_a_tenure_that_has_ended_is_history(cast: Cast, administrator: Actor) -> None:
    former = people.hire(cast.arida, Role.OFFICER, until=today(-1))
    with pytest.raises(BadRequestData, match="すでに退任"):
        posts.end_tenure(by=administrator, tenure=former, last_day=today(10))


def test_a_post_is_closed_only_when_nobody_holds_it(cast: Cast, administrator: Actor) -> None:
    officer = people.hire(cast.arida, Role.OFFICER)
    with pytest.raises(BadRequestData):
        posts.close_post(by=administrator, post=officer.post)
    posts.end_tenure(by=administrator, tenure=officer, last_day=today(-1))
    posts.close_post(by=administrator, post=officer.post)
    assert [post.title for post in queries.posts(administrator, cast.arida)] == ["administratorの職"]
    posts.add_post(by=administrator, organisation=cast.arida, title=officer.post.title, role=Role.OFFICER)


def test_two_posts_of_an_organisation_have_different_titles(cast: Cast, administrator: Actor) -> None:
    posts.add_post(by=administrator, organisation=cast.arida, title="DX推進担当", role=Role.OFFICER)
    with pytest.raises(BadRequestData, match="すでにあります"):
        posts.add_post(by=administrator, organisation=cast.arida, title=" DX推進担当 ", role=Role.VIEWER)


def test_someone_with_two_posts_acts_in_the_one_they_chose(cast: Cast) -> None:
    tenure = people.hire(cast.arida, Role.ADMINISTRATOR)
    other = Tenure.objects.create(
        person=tenure.person, post=people.post(cast.council, Role.VIEWER), starts_on=today(-1)
    )
    browser = people.client(tenure)
    assert browser.get("/organisation/")["Location"] == "/organisation/302040/"
    browser.post("/accounts/post/", {"post": other.post_id})
    assert browser.get("/organisation/")["Location"] == "/organisation/o-coda/"
    assert browser.get("/organisation/302040/").status_code == 404
    assert browser.post("/accounts/post/", {"post": 999}).status_code == 404


def test_the_prefecture_registers_an_organisation_beneath_a_city(cast: Cast) -> None:
    by = people.actor(people.hire(cast.prefecture, Role.ADMINISTRATOR))
    made = organisations.register_organisation(
        by=by, identity=Identity("chiiki", "地域協議会"), kind=Kind.COUNCIL, parent=cast.arida
    )
    assert (made.tenant, made.parent) == ("o-chiiki", cast.arida)
    assert "o-chiiki" in broker.tenants()
    with pytest.raises(AlreadyExists):
        organisations.register_organisation(
            by=by, identity=Identity("chiiki", "同じ"), kind=Kind.COUNCIL, parent=cast.arida
        )
    with pytest.raises(BadRequestData):
        organisations.register_organisation(by=by, identity=Identity("x", "x"), kind=Kind.COUNCIL)


def test_a_city_registers_nobody(cast: Cast, administrator: Actor) -> None:
    with pytest.raises(Forbidden):
        organisations.register_organisation(
            by=administrator, identity=Identity("x", "x"), kind=Kind.COMPANY, parent=cast.arida
        )


def test_a_region_is_established_once_and_brought_up_to_date() -> None:
    towns = [Identity("302040", "有田市", "ありだし", "Arida City"), Identity("304271", "北山村")]
    first = organisations.establish_region(prefecture=Identity("300004", "和歌山県"), municipalities=towns)
    again = organisations.establish_region(
        prefecture=Identity("300004", "和歌山県"), municipalities=[Identity("302040", "新有田市")]
    )
    assert [(row.tenant, row.kind) for row in first] == [
        ("300004", "prefecture"),
        ("302040", "municipality"),
        ("304271", "municipality"),
    ]
    assert [row.pk for row in again] == [row.pk for row in first[:2]]
    assert Organisation.objects.get(tenant="302040").name == "新有田市"
    assert actions_recorded() == ["organisation.registered"] * 3


def test_the_command_on_the_server_makes_the_first_administrator() -> None:
    tenure = organisations.create_administrator(
        tenant="300004",
        email="Kanri@Pref.Example",
        name="管理 一郎",
        password=people.PASSWORD,
        organisation_name="和歌山県",
    )
    actor = queries.actor_of(tenure.person_id)
    assert actor is not None
    assert (actor.kind, actor.role, actor.tenant) == (Kind.PREFECTURE, Role.ADMINISTRATOR, "300004")
    assert tenure.person.email == "kanri@pref.example"
    assert actions_recorded() == ["organisation.registered", "administrator.created"]
    assert audit.verify() is None


@pytest.mark.parametrize(
    ("tenant", "email", "name", "password", "error"),
    [
        ("302040", "a@x.example", "甲", people.PASSWORD, ResourceNotFound),
        ("302041", "a@x.example", "甲", people.PASSWORD, BadRequestData),
        ("300004", "not an address", "甲", people.PASSWORD, BadRequestData),
        ("300004", "a@x.example", " ", people.PASSWORD, BadRequestData),
        ("300004", "a@x.example", "甲", "short", BadRequestData),
        ("300004", "TAKEN@x.example", "甲", people.PASSWORD, AlreadyExists),
    ],
)
def test_a_first_administrator_that_cannot_be_leaves_nothing_behind(
    tenant: str, email: str, name: str, password: str, error: type[Exception]
) -> None:
    people.organisation("300004", Kind.PREFECTURE, "和歌山県")
    people.person("taken@x.example")
    with pytest.raises(error):
        organisations.create_administrator(tenant=tenant, email=email, name=name, password=password)
    assert (Person.objects.count(), Tenure.objects.count(), AuditEvent.objects.count()) == (1, 0, 0)


def test_the_pages_of_the_directory_register_and_list(cast: Cast) -> None:
    browser = people.client(people.hire(cast.prefecture, Role.ADMINISTRATOR))
    form = {"parent": cast.arida.pk, "kind": "council", "tenant": "chiiki", "name": "地域協議会"}
    assert browser.post(reverse("accounts:register-organisation"), form).status_code == 302
    assert Organisation.objects.get(tenant="o-chiiki").parent == cast.arida
    again = browser.post(reverse("accounts:register-organisation"), form)
    assert again.status_code == 409
    assert browser.post(reverse("accounts:register-organisation"), {**form, "kind": "operator"}).status_code == 422
    listed = browser.get(reverse("accounts:directory")).content.decode()
    assert "海南市" in listed
    assert "地域協議会" not in listed


def test_without_the_platform_no_organisation_is_registered(cast: Cast) -> None:
    broker.connect(None)
    with pytest.raises(Unavailable):
        organisations.register_organisation(by=None, identity=Identity("chiiki", "地域協議会"), kind=Kind.COUNCIL)
    assert not Organisation.objects.filter(tenant="o-chiiki").exists()
