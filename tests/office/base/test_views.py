"""What people read when something cannot be done."""

from __future__ import annotations

from collections.abc import Iterator

import people
import pytest
from django.db import connection
from django.test import RequestFactory
from people import Cast

from moyai import errors
from moyai.office.accounts.models import Organisation
from moyai.office.base import views
from moyai.office.base.access import Kind, Role
from moyai.office.base.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def full_disk(cast: Cast) -> Iterator[None]:
    """A database that may not grow any more; SQLite says the same of it as of a full disk."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        yield
        cursor.execute("PRAGMA max_page_count = 1073741823")


def test_a_full_disk_refuses_the_deed_in_words_and_loses_nothing(cast: Cast, full_disk: None) -> None:
    browser = people.client(people.hire(cast.arida, Role.ADMINISTRATOR))
    statuses = [302]
    while statuses[-1] == 302 and len(statuses) < 400:
        form = {"title": f"{len(statuses)}{'職' * 90}", "role": "officer"}
        answer = browser.post("/organisation/302040/posts/add/", form)
        statuses.append(answer.status_code)
    assert statuses[-1] == 507
    assert "ディスクがいっぱいです" in answer.content.decode()
    assert cast.arida.posts.count() == AuditEvent.objects.filter(action="post.added").count() + 1


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.ResourceNotFound(), 404),
        (errors.Forbidden(), 403),
        (errors.TooManyRequests(), 429),
        (errors.Unavailable(), 503),
        (OSError(28, "No space left on device"), 507),
    ],
)
def test_each_error_has_its_status_and_its_page(error: Exception, status: int) -> None:
    pages = views.ErrorPages(lambda request: views.error_page(request, 500, ""))
    answer = pages.process_exception(RequestFactory().get("/"), error)
    assert answer is not None
    assert answer.status_code == status
    assert "<h1>" in answer.content.decode()


def test_a_fault_of_ours_is_left_to_django() -> None:
    pages = views.ErrorPages(lambda request: views.error_page(request, 500, ""))
    assert pages.process_exception(RequestFactory().get("/"), ZeroDivisionError()) is None


@pytest.mark.parametrize(("asked", "number"), [("1", 1), ("2", 2), ("99", 2), ("x", 1), ("-1", 2)])
def test_a_page_that_does_not_exist_becomes_the_nearest_that_does(cast: Cast, asked: str, number: int) -> None:
    for index in range(3):
        people.organisation(f"o-{index}", Kind.EXPERT, str(index))
    request = RequestFactory().get("/", {"page": asked})
    page = views.page_of(request, Organisation.objects.filter(kind=Kind.EXPERT), size=2)
    assert page.number == number
