"""A file becomes a version, a version becomes what the tenant holds; and what happens when a step fails."""

from __future__ import annotations

from collections.abc import Callable

import people
import pytest
from office.area_data import ListenedAreaData
from office.small_files import file_of
from people import Cast

from moyai.errors import BadRequestData, Forbidden, PayloadTooLarge, ResourceNotFound, StorageFull, Unavailable
from moyai.office.base import broker
from moyai.office.base.access import Actor, Role
from moyai.office.base.models import AuditEvent
from moyai.office.datasets import actions, files
from moyai.office.datasets.actions import versions
from moyai.office.datasets.models import Dataset, DatasetKind, DatasetVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reads")]

SITES = DatasetKind.EVACUATION_SITES
TWO = file_of(("箕島小学校", "135.13", "500"), ("保田公民館", "", ""))
ONE_EDITED = file_of(("箕島小学校", "135.13", "550"), ("保田公民館", "", ""))


def officer(cast: Cast) -> Actor:
    return people.actor(people.hire(cast.arida, Role.OFFICER))


def uploaded(cast: Cast, by: Actor, content: bytes = TWO) -> DatasetVersion:
    return actions.upload(by=by, organisation=cast.arida, kind=SITES, file=actions.File("避難.csv", content))


def held(tenant: str = "302040") -> int:
    return broker.page(tenant, SITES, limit=1).total


def test_an_upload_is_read_and_compared_and_changes_nothing(cast: Cast) -> None:
    version = uploaded(cast, officer(cast))
    assert (version.state, version.number, version.added, version.errors) == ("previewed", 1, 2, 1)
    assert files.read(version.file_sha256) == TWO
    assert version.findings.get().row == 3
    assert held() == 0
    assert version.dataset.current is None


def test_accepting_makes_the_tenant_hold_the_file(cast: Cast) -> None:
    by = officer(cast)
    version = uploaded(cast, by)
    actions.accept(by=by, version=version)
    assert held() == 2
    version.refresh_from_db()
    dataset = Dataset.objects.get()
    assert (version.state, dataset.current, dataset.state) == ("accepted", version, "internal")
    assert AuditEvent.objects.filter(action="dataset.imported", person_id=by.person_id).count() == 1


def test_an_edited_file_changes_the_edited_rows(cast: Cast) -> None:
    by = officer(cast)
    actions.accept(by=by, version=uploaded(cast, by))
    second = uploaded(cast, by, ONE_EDITED)
    assert (second.number, second.added, second.changed, second.removed, second.unchanged) == (2, 0, 1, 0, 1)


def test_what_the_platform_refuses_leaves_the_tenant_as_it_was(cast: Cast, area_data: ListenedAreaData) -> None:
    by = officer(cast)
    first = uploaded(cast, by)
    actions.accept(by=by, version=first)
    second = uploaded(cast, by, file_of(("新しい所", "135.2", "")))
    area_data.fails_with = StorageFull("ディスクに空きがありません。")
    with pytest.raises(StorageFull):
        actions.accept(by=by, version=second)
    second.refresh_from_db()
    assert (second.state, second.failure) == ("failed", "ディスクに空きがありません。")
    assert held() == 2
    assert Dataset.objects.get().current == first


def test_what_a_crash_left_is_finished_at_the_next_start(cast: Cast, area_data: ListenedAreaData) -> None:
    by = officer(cast)
    version = uploaded(cast, by)
    area_data.fails_with = Unavailable("書き込みのプロセスが動いていません。")
    with pytest.raises(Unavailable):
        actions.accept(by=by, version=version)
    version.refresh_from_db()
    assert version.state == "accepting"
    assert actions.resume_interrupted() == 0
    area_data.fails_with = None
    assert actions.resume_interrupted() == 1
    version.refresh_from_db()
    assert (version.state, held(), version.dataset.current) == ("accepted", 2, version)
    assert area_data.calls[-2:] != [] and f"by {by.label}" in " ".join(area_data.calls)


def test_a_crash_after_the_platform_had_stored_it_is_finished_without_storing_it_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = officer(cast)
    version = uploaded(cast, by)

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(versions, "_finish", die)
        with pytest.raises(Killed):
            actions.accept(by=by, version=version)
    assert held() == 2
    position = broker.position("302040")
    assert actions.resume_interrupted() == 1
    assert actions.resume_interrupted() == 0
    version.refresh_from_db()
    assert (version.state, broker.position("302040")) == ("accepted", position)


def test_what_cannot_be_resumed_has_failed_and_says_why(cast: Cast, area_data: ListenedAreaData) -> None:
    by = officer(cast)
    version = uploaded(cast, by, file_of(("消えるファイル", "135.1", "")))
    area_data.fails_with = Unavailable()
    with pytest.raises(Unavailable):
        actions.accept(by=by, version=version)
    files.path(version.file_sha256).unlink()
    assert actions.resume_interrupted() == 0
    version.refresh_from_db()
    assert version.state == "failed"
    assert "元のファイル" in version.failure


def test_a_version_that_was_compared_with_another_state_is_not_accepted(cast: Cast) -> None:
    by = officer(cast)
    first, second = uploaded(cast, by), uploaded(cast, by, ONE_EDITED)
    actions.accept(by=by, version=second)
    with pytest.raises(BadRequestData, match="別の版が反映"):
        actions.accept(by=by, version=first)
    first.refresh_from_db()
    assert first.state == "previewed"


def test_only_one_version_of_a_dataset_is_accepted_at_a_time(cast: Cast, area_data: ListenedAreaData) -> None:
    by = officer(cast)
    first, second = uploaded(cast, by), uploaded(cast, by, ONE_EDITED)
    area_data.fails_with = Unavailable()
    with pytest.raises(Unavailable):
        actions.accept(by=by, version=first)
    area_data.fails_with = None
    with pytest.raises(BadRequestData, match="反映している途中"):
        actions.accept(by=by, version=second)


@pytest.mark.parametrize("decide", [actions.accept, actions.reject])
def test_a_decision_is_made_once(cast: Cast, decide: object) -> None:
    by = officer(cast)
    version = uploaded(cast, by)
    actions.reject(by=by, version=version)
    with pytest.raises(BadRequestData, match="取りやめ"):
        decide(by=by, version=version)  # type: ignore[operator]
    assert held() == 0


@pytest.mark.parametrize(
    ("town", "role", "error"),
    [("arida", Role.VIEWER, Forbidden), ("kainan", Role.ADMINISTRATOR, ResourceNotFound)],
)
def test_who_may_not_import_cannot_upload_accept_or_reject(
    cast: Cast, town: str, role: Role, error: type[Exception]
) -> None:
    version = uploaded(cast, officer(cast))
    other = people.actor(people.hire(getattr(cast, town), role))
    with pytest.raises(error):
        uploaded(cast, other)
    for decide in (actions.accept, actions.reject):
        with pytest.raises(error):
            decide(by=other, version=version)
    assert held() == 0


def test_a_contributor_may_import_and_not_publish(cast: Cast) -> None:
    by = people.actor(people.hire(cast.arida, Role.CONTRIBUTOR))
    version = uploaded(cast, by)
    actions.accept(by=by, version=version)
    with pytest.raises(Forbidden):
        actions.publish(by=by, dataset=version.dataset)


def test_a_file_that_is_too_large_or_empty_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    by = officer(cast)
    with pytest.raises(BadRequestData, match="空"):
        uploaded(cast, by, b"")
    small = versions.current().with_overrides(upload_limit=10)
    monkeypatch.setattr(versions, "current", lambda: small)
    with pytest.raises(PayloadTooLarge):
        uploaded(cast, by)
    assert not DatasetVersion.objects.exists()


def test_what_a_sample_organisation_holds_is_marked_in_the_entities(cast: Cast) -> None:
    cast.company.is_sample = True
    cast.company.save()
    by = people.actor(people.hire(cast.company, Role.OFFICER))
    file = actions.File("x.csv", TWO)
    version = actions.upload(by=by, organisation=cast.company, kind=SITES, file=file)
    actions.accept(by=by, version=version)
    assert all(entity["isSample"] for entity in broker.page(cast.company.tenant, SITES).entities)
    dataset = version.dataset
    dataset.licence = "CC BY 4.0"
    dataset.save()
    with pytest.raises(BadRequestData, match="見本"):
        actions.publish(by=by, dataset=dataset)


def test_a_large_file_is_read_and_accepted_by_the_job_worker(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "_LARGE", 10)
    queued: list[tuple[str, int]] = []
    monkeypatch.setattr(versions, "read_later", _Later("read", queued, versions.read_later.func))
    monkeypatch.setattr(versions, "accept_later", _Later("accept", queued, versions.accept_later.func))
    by = officer(cast)
    version = uploaded(cast, by)
    assert version.state == "reading"
    with pytest.raises(BadRequestData, match="読み取り中"):
        actions.accept(by=by, version=version)
    versions.read_later.func(version.pk)
    version.refresh_from_db()
    assert (version.state, version.added) == ("previewed", 2)
    actions.accept(by=by, version=version)
    assert (version.state, held()) == ("accepting", 0)
    versions.accept_later.func(version.pk)
    version.refresh_from_db()
    assert (version.state, held(), queued) == ("accepted", 2, [("read", version.pk), ("accept", version.pk)])


def test_a_large_file_that_cannot_be_read_has_failed_and_says_why(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "_LARGE", 3)
    queued: list[tuple[str, int]] = []
    monkeypatch.setattr(versions, "read_later", _Later("read", queued, versions.read_later.func))
    version = uploaded(cast, officer(cast), b"a,b\n1,2\n")
    versions.read_later.func(version.pk)
    version.refresh_from_db()
    assert (version.state, version.failure) == ("failed", "名称の列が見つかりません。")


class _Later:
    """A task whose turn comes when the test says so."""

    def __init__(self, name: str, queued: list[tuple[str, int]], func: Callable[[int], None]) -> None:
        self.name, self.queued, self.func = name, queued, func

    def enqueue(self, version_id: int) -> None:
        self.queued.append((self.name, version_id))
