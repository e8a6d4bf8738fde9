"""Writes. A change of a tenant's data is a small state machine, because no transaction spans two databases.

accepting (committed here) → the collection replaced on the platform → accepted (committed here). What a crash leaves
in ``accepting`` is finished by ``resume_interrupted``; each step may be done twice with the same result.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django_tasks import task

from moyai.errors import BadRequestData, Error, PayloadTooLarge, Unavailable
from moyai.intake import report
from moyai.office.accounts.models import Organisation
from moyai.office.base import access, audit, broker
from moyai.office.base.access import Actor, Verb
from moyai.office.base.broker import CollectionChange, EntityDocument
from moyai.office.datasets import columns, exports, figures, files, reading, rules
from moyai.office.datasets.models import (
    Dataset,
    DatasetKind,
    DatasetState,
    DatasetVersion,
    Finding,
    VersionState,
)
from moyai.office.datasets.reading import Reading, Share
from moyai.settings import current

log = logging.getLogger(__name__)

_SERVER = "server"
"""The caller's name in the platform's log for a command without a person."""
_FINDINGS_AT_ONCE = 2000
_FIRST_RECORDS = 20
_LARGE = 500_000
"""Bytes of a file from which on it is work for the job worker: some two seconds' reading."""


@dataclass(frozen=True)
class File:
    """An uploaded file."""

    name: str
    content: bytes


@dataclass(frozen=True)
class About:
    """What people read about a dataset. What is empty when a dataset is made gets words of its own."""

    title: str = ""
    description: str = ""
    licence: str = ""
    credit: str = ""
    source_url: str = ""
    contact: str = ""


# ── a file becomes a version that waits for a decision ──────────────────────────────────────────────────────────────


def upload(*, by: Actor, organisation: Organisation, kind: DatasetKind, file: File) -> DatasetVersion:
    """Keep a file as a version to be looked at; nothing on the platform changes.

    A small file is read at once; a large one is ``reading`` until the job worker has read it. Raises Forbidden,
    ResourceNotFound, PayloadTooLarge, StorageFull, and BadRequestData with what is wrong in a small file.
    """
    access.require(by, Verb.IMPORT_DATA, organisation)
    _check_size(file)
    read = (
        None if is_large(len(file.content)) else reading.read(kind, file.content, file.name, town=organisation.tenant)
    )
    broker.create_tenant(organisation.tenant)
    files.keep(file.content)
    with transaction.atomic():
        version = new_version(by, dataset_of(organisation, kind), file)
        version.save()
        audit.record("dataset.uploaded", by=by, about=organisation, subject=str(version), detail=_told(version))
    if read is None:
        read_later.enqueue(version.pk)
    else:
        _look_at(version, read)
    return version


def is_large(size: int) -> bool:
    """Whether a file of so many bytes is work for the job worker."""
    return size > _LARGE


def _check_size(file: File) -> None:
    limit = current().upload_limit
    if len(file.content) > limit:
        raise PayloadTooLarge(f"ファイルが大きすぎます。{limit // 1_000_000} MB までです。")
    if not file.content:
        raise BadRequestData("ファイルが空です。")


def read_file(kind: DatasetKind, file: File, town: str | None) -> Reading:
    """Raises PayloadTooLarge, and BadRequestData with what is wrong in the file."""
    _check_size(file)
    return reading.read(kind, file.content, file.name, town=town)


@task()
def read_later(version_id: int) -> None:
    """The job worker's part of ``upload``."""
    version = _whole(version_id)
    if version.state != VersionState.READING:
        return
    try:
        _look_at(version, reading.again(version))
    except Unavailable:
        raise
    except Error as error:
        _fail(version, error.detail, None)


def _look_at(version: DatasetVersion, read: Reading) -> None:
    """Compare what the file says with what the tenant holds, and wait for a decision."""
    dataset = version.dataset
    share = read.share(dataset.tenant)
    change = broker.compare_collection(dataset.tenant, dataset.slug, marked(share.entities, dataset.is_sample))
    version.base, version.facts = dataset.current, read.facts
    _count(version, change)
    keep_reading(version, share)


def _whole(version_id: int) -> DatasetVersion:
    rows = DatasetVersion.objects.select_related("dataset__organisation", "dataset__current")
    found: DatasetVersion = rows.get(pk=version_id)
    return found


def marked(entities: Sequence[EntityDocument], is_sample: bool) -> Sequence[EntityDocument]:
    """The entities; those of a sample organisation say that they are invented."""
    if not is_sample:
        return entities
    return [{**entity, "isSample": {"type": "Property", "value": True}} for entity in entities]


def dataset_of(organisation: Organisation, kind: DatasetKind, about: About | None = None) -> Dataset:
    given = about or About()
    dataset, _ = Dataset.objects.get_or_create(
        organisation=organisation,
        slug=kind.value,
        defaults={
            "kind": kind,
            "title": given.title or str(kind.label),
            "description": given.description or reading.description(kind, organisation.name),
            "is_sample": organisation.is_sample,
            "licence": given.licence,
            "credit": given.credit,
            "source_url": given.source_url,
            "contact": given.contact or organisation.name,
        },
    )
    return dataset


def new_version(by: Actor | None, dataset: Dataset, file: File) -> DatasetVersion:
    last = dataset.versions.aggregate(last=Max("number"))["last"] or 0
    return DatasetVersion(
        dataset=dataset,
        number=last + 1,
        state=VersionState.READING,
        base=dataset.current,
        person_id=by.person_id if by else None,
        post_id=by.post_id if by else None,
        person_name=by.person_name if by else "サーバー上のコマンド",
        post_name=f"{by.organisation_name} {by.post_title}" if by else "",
        file_name=file.name[-255:],
        file_sha256=files.sha256(file.content),
        file_size=len(file.content),
    )


def keep_reading(version: DatasetVersion, share: Share) -> None:
    """Store what reading the file has shown, each finding as a row; then the version waits for a decision.

    A large file has findings by the hundred thousand: they are stored in short transactions, so that others can write
    in between. Until the last one is there the version is ``reading``. May be done twice.
    """
    version.save()
    version.findings.all().delete()
    rows = (_row(version, place, finding) for place, finding in enumerate(share.findings, 1))
    while some := list(islice(rows, _FINDINGS_AT_ONCE)):
        Finding.objects.bulk_create(some)
    version.state = VersionState.PREVIEWED
    version.rows = share.rows
    version.entities = len(share.entities)
    version.errors, version.doubts, version.repairs = share.severities()
    version.first_records = [columns.simplified(entity) for entity in share.entities[:_FIRST_RECORDS]]
    version.cp932_lost = exports.lost_in_cp932(share.entities)
    version.save()


def _count(version: DatasetVersion, change: CollectionChange) -> None:
    version.added, version.changed = len(change.added), len(change.changed)
    version.removed, version.unchanged = len(change.removed), change.unchanged


def _row(version: DatasetVersion, place: int, finding: report.Finding) -> Finding:
    return Finding(
        version=version,
        position=place,
        sheet=finding.sheet,
        row=finding.row,
        column=finding.column[:200],
        before=finding.before,
        after=finding.after,
        rule=finding.rule,
        severity=finding.severity,
        message=finding.message,
        entity=finding.entity,
    )


def _told(version: DatasetVersion) -> dict[str, object]:
    """What the audit trail keeps of a version."""
    return {
        "dataset": version.dataset.slug,
        "version": version.number,
        "file": version.file_name,
        "sha256": version.file_sha256,
        "added": version.added,
        "changed": version.changed,
        "removed": version.removed,
    }


# ── the decision ────────────────────────────────────────────────────────────────────────────────────────────────────


def accept(*, by: Actor, version: DatasetVersion) -> None:
    """Make the dataset hold what the version's file says; of a large file, leave that to the job worker.

    Raises Forbidden, ResourceNotFound, BadRequestData where the version waits for no decision any more; what the
    platform refuses (StorageFull …), and then the version has failed and the tenant is as it was; Unavailable, and
    then the version stays ``accepting`` until ``resume_interrupted`` finishes it.
    """
    access.require(by, Verb.IMPORT_DATA, version.dataset.organisation)
    if is_large(version.file_size):
        begin(version)
        accept_later.enqueue(version.pk)
        return
    entities = _entities_again(version)
    begin(version)
    carry_out(version, entities, by)


@task()
def accept_later(version_id: int) -> None:
    """The job worker's part of ``accept``."""
    version = _whole(version_id)
    if version.state == VersionState.ACCEPTING:
        carry_out(version, _entities_again(version), None)


def _entities_again(version: DatasetVersion) -> Sequence[EntityDocument]:
    """The version's entities, read from its file once more."""
    return marked(reading.again(version).share(version.dataset.tenant).entities, version.dataset.is_sample)


def begin(version: DatasetVersion) -> None:
    """The version is being accepted from here on. Raises BadRequestData where it cannot be."""
    with transaction.atomic():
        version.refresh_from_db(fields=["state", "base"])
        version.dataset.refresh_from_db(fields=["current"])
        rules.check_step(version.state, VersionState.ACCEPTING)
        if version.base_id != version.dataset.current_id:
            raise BadRequestData(
                "このファイルを確認している間に、別の版が反映されました。もう一度アップロードして、差分を確かめてください。"
            )
        version.state, version.accepting_since = VersionState.ACCEPTING, timezone.now()
        try:
            version.save(update_fields=["state", "accepting_since"])
        except IntegrityError:
            raise BadRequestData("別の版を反映している途中です。終わってからもう一度お試しください。") from None


def carry_out(version: DatasetVersion, entities: Sequence[EntityDocument], by: Actor | None) -> CollectionChange:
    """Make the tenant hold these entities, and finish the version or fail it. May be done twice."""
    dataset = version.dataset
    try:
        broker.create_tenant(dataset.tenant)
        change = broker.replace_collection(dataset.tenant, dataset.slug, entities, by=_caller(version))
    except Unavailable:
        # Whether the platform stored it is not known: it stays accepting, and doing it again is harmless.
        raise
    except Error as error:
        _fail(version, error.detail, by)
        raise
    _finish(version, change, by)
    return change


def _caller(version: DatasetVersion) -> str:
    return f"person:{version.person_id} post:{version.post_id}" if version.person_id else _SERVER


@transaction.atomic
def _fail(version: DatasetVersion, why: str, by: Actor | None) -> None:
    version.state, version.failure, version.decided_at = VersionState.FAILED, why, timezone.now()
    version.save(update_fields=["state", "failure", "decided_at"])
    audit.record(
        "dataset.failed", by=by, about=version.dataset.organisation, subject=str(version), detail={"reason": why}
    )


@transaction.atomic
def _finish(version: DatasetVersion, change: CollectionChange, by: Actor | None) -> None:
    version.refresh_from_db(fields=["state"])
    if version.state != VersionState.ACCEPTING:
        return
    version.state, version.decided_at = VersionState.ACCEPTED, timezone.now()
    if change.added or change.changed or change.removed:
        # Carried out a second time it changes nothing any more: then the preview's counts are the truer ones.
        _count(version, change)
    version.save()
    dataset = version.dataset
    dataset.current = version
    if dataset.state == DatasetState.DRAFT:
        dataset.state = DatasetState.INTERNAL
    dataset.save(update_fields=["current", "state", "updated_at"])
    audit.record("dataset.imported", by=by, about=dataset.organisation, subject=str(version), detail=_told(version))
    transaction.on_commit(lambda: figures.refresh(dataset))


@transaction.atomic
def reject(*, by: Actor, version: DatasetVersion) -> None:
    """Leave the version's file without effect. Raises Forbidden, ResourceNotFound, BadRequestData."""
    owner = version.dataset.organisation
    access.require(by, Verb.IMPORT_DATA, owner)
    version.refresh_from_db(fields=["state"])
    rules.check_step(version.state, VersionState.REJECTED)
    version.state, version.decided_at = VersionState.REJECTED, timezone.now()
    version.save(update_fields=["state", "decided_at"])
    audit.record("dataset.rejected", by=by, about=owner, subject=str(version), detail=_told(version))


def sweep_files() -> int:
    """Remove the files of versions that are gone with their organisation; answers how many."""
    return files.sweep(set(DatasetVersion.objects.values_list("file_sha256", flat=True)))


def resume_interrupted() -> int:
    """At start-up: finish what a crash left half done; answers how many versions were finished."""
    for unread in DatasetVersion.objects.filter(state=VersionState.READING):
        read_later.enqueue(unread.pk)
    return finish_accepting(older_than=timedelta(0))


def finish_accepting(*, older_than: timedelta) -> int:
    """Finish versions that have been ``accepting`` for longer than that: the platform was not there to tell."""
    before = timezone.now() - older_than
    waiting = DatasetVersion.objects.filter(state=VersionState.ACCEPTING, accepting_since__lte=before)
    return sum(_resume(_whole(pk)) for pk in waiting.values_list("pk", flat=True))


def _resume(version: DatasetVersion) -> bool:
    try:
        carry_out(version, _entities_again(version), None)
    except Unavailable:
        log.warning("the platform is not there: %s stays accepting", version)
    except Error as error:
        version.refresh_from_db(fields=["state"])
        if version.state == VersionState.ACCEPTING:
            _fail(version, error.detail, None)
        log.warning("%s was given up: %s", version, error.detail)
    else:
        return True
    return False
