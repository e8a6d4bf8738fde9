"""Writes. A change of a tenant's data is a small state machine, because no transaction spans two databases.

accepting (committed here) → the collection replaced on the platform → accepted (committed here). What a crash leaves
in ``accepting`` is finished by ``resume_interrupted``; each step may be done twice with the same result.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from moyai.errors import BadRequestData, Error, PayloadTooLarge, ResourceNotFound, Unavailable
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

if TYPE_CHECKING:
    from moyai.intake.report import Report

log = logging.getLogger(__name__)

_SERVER = "server"
"""The caller's name in the platform's log for a command without a person."""
_FINDINGS_AT_ONCE = 2000
_FIRST_RECORDS = 20


@dataclass(frozen=True)
class File:
    """An uploaded file."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Imported:
    """What an import did, or with ``dry_run`` would do, by tenant."""

    report: Report
    changes: Mapping[str, CollectionChange]


@dataclass(frozen=True)
class Origin:
    """Where data comes from, for those who use it."""

    licence: str = ""
    credit: str = ""
    source_url: str = ""
    contact: str = ""


# ── a file becomes a version that waits for a decision ──────────────────────────────────────────────────────────────


def upload(*, by: Actor, organisation: Organisation, kind: DatasetKind, file: File) -> DatasetVersion:
    """Read a file and keep it as a version to be looked at; nothing on the platform changes.

    Raises Forbidden, ResourceNotFound, PayloadTooLarge, BadRequestData (with what is wrong in the file).
    """
    access.require(by, Verb.IMPORT_DATA, organisation)
    read = _read(kind, file, organisation.tenant)
    share = read.share(organisation.tenant)
    broker.create_tenant(organisation.tenant)
    change = broker.compare_collection(organisation.tenant, kind, _marked(share.entities, organisation.is_sample))
    files.keep(file.content)
    with transaction.atomic():
        version = _version(by, _dataset(organisation, kind), file, read)
        _count(version, share, change)
        version.save()
        _keep_findings(version, share)
        audit.record("dataset.uploaded", by=by, about=organisation, subject=str(version), detail=_told(version))
    return version


def _read(kind: DatasetKind, file: File, town: str | None) -> Reading:
    limit = current().upload_limit
    if len(file.content) > limit:
        raise PayloadTooLarge(f"ファイルが大きすぎます。{limit // 1_000_000} MB までです。")
    if not file.content:
        raise BadRequestData("ファイルが空です。")
    return reading.read(kind, file.content, file.name, town=town)


def _marked(entities: Sequence[EntityDocument], is_sample: bool) -> Sequence[EntityDocument]:
    """The entities; those of a sample organisation say that they are invented."""
    if not is_sample:
        return entities
    return [{**entity, "isSample": {"type": "Property", "value": True}} for entity in entities]


def _dataset(organisation: Organisation, kind: DatasetKind, origin: Origin | None = None) -> Dataset:
    given = origin or Origin()
    dataset, _ = Dataset.objects.get_or_create(
        organisation=organisation,
        slug=kind.value,
        defaults={
            "kind": kind,
            "title": str(kind.label),
            "description": reading.description(kind, organisation.name),
            "is_sample": organisation.is_sample,
            "licence": given.licence,
            "credit": given.credit,
            "source_url": given.source_url,
            "contact": given.contact or organisation.name,
        },
    )
    return dataset


def _version(by: Actor | None, dataset: Dataset, file: File, read: Reading) -> DatasetVersion:
    last = dataset.versions.aggregate(last=Max("number"))["last"] or 0
    return DatasetVersion(
        dataset=dataset,
        number=last + 1,
        state=VersionState.PREVIEWED,
        base=dataset.current,
        person_id=by.person_id if by else None,
        post_id=by.post_id if by else None,
        person_name=by.person_name if by else "サーバー上のコマンド",
        post_name=f"{by.organisation_name} {by.post_title}" if by else "",
        file_name=file.name[-255:],
        file_sha256=files.sha256(file.content),
        file_size=len(file.content),
        covers_region=read.covers_region,
        facts=read.facts,
    )


def _count(version: DatasetVersion, share: Share, change: CollectionChange) -> None:
    version.rows = share.rows
    version.entities = len(share.entities)
    version.added, version.changed = len(change.added), len(change.changed)
    version.removed, version.unchanged = len(change.removed), change.unchanged
    version.errors, version.warnings, version.repairs = share.severities()
    version.first_records = [columns.simplified(entity) for entity in share.entities[:_FIRST_RECORDS]]
    version.cp932_lost = exports.lost_in_cp932(share.entities)


def _keep_findings(version: DatasetVersion, share: Share) -> None:
    lines = (Finding(version=version, position=place, **asdict(line)) for place, line in enumerate(share.lines, 1))
    Finding.objects.bulk_create(lines, batch_size=_FINDINGS_AT_ONCE)


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


def accept(*, by: Actor, version: DatasetVersion) -> CollectionChange:
    """Make the dataset hold what the version's file says.

    Raises Forbidden, ResourceNotFound, BadRequestData where the version waits for no decision any more; what the
    platform refuses (StorageFull …), and then the version has failed and the tenant is as it was; Unavailable, and
    then the version stays ``accepting`` until ``resume_interrupted`` finishes it.
    """
    access.require(by, Verb.IMPORT_DATA, version.dataset.organisation)
    entities = _entities_again(version)
    _begin(version)
    return _carry_out(version, entities, by)


def _entities_again(version: DatasetVersion) -> Sequence[EntityDocument]:
    """The version's entities, read from its file once more."""
    return _marked(reading.again(version).entities, version.dataset.is_sample)


def _begin(version: DatasetVersion) -> None:
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


def _carry_out(version: DatasetVersion, entities: Sequence[EntityDocument], by: Actor | None) -> CollectionChange:
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
    version.save(update_fields=["state", "decided_at"])
    dataset = version.dataset
    dataset.current = version
    if dataset.state == DatasetState.DRAFT:
        dataset.state = DatasetState.INTERNAL
    dataset.save(update_fields=["current", "state", "updated_at"])
    audit.record("dataset.imported", by=by, about=dataset.organisation, subject=str(version), detail=_told(version))
    transaction.on_commit(lambda: figures.refresh(dataset.tenant))


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


def resume_interrupted(*, older_than: timedelta = timedelta(0)) -> int:
    """Finish what a crash left in ``accepting``; answers how many were finished. At start-up, and now and then."""
    before = timezone.now() - older_than
    waiting = DatasetVersion.objects.filter(state=VersionState.ACCEPTING, accepting_since__lte=before)
    finished = 0
    for version in waiting.select_related("dataset__organisation", "dataset__current"):
        try:
            _carry_out(version, _entities_again(version), None)
            finished += 1
        except Unavailable:
            log.warning("the platform is not there: %s stays accepting", version)
        except ResourceNotFound as error:
            _fail(version, error.detail, None)
        except Error as error:
            log.warning("%s was given up: %s", version, error.detail)
    return finished


# ── in one go ───────────────────────────────────────────────────────────────────────────────────────────────────────


def import_file(
    *,
    by: Actor | None,
    content: bytes,
    file_name: str,
    dataset: str,
    town: str | None = None,
    dry_run: bool = False,
    origin: Origin | None = None,
) -> Imported:
    """Read a file and accept it at once; without a town, into each town that its records belong to.

    A town whose records are what they were gets no new version. Where one town fails the others are still carried
    out, and the error names those that failed. Raises BadRequestData, PayloadTooLarge, ResourceNotFound.
    """
    kind = rules.kind_of(dataset)
    file = File(file_name, content)
    read = _read(kind, file, town)
    owners = _owners(by, read)
    for tenant in owners:
        broker.create_tenant(tenant)
    if dry_run:
        return Imported(read.report, {tenant: _difference(owner, kind, read) for tenant, owner in owners.items()})
    files.keep(content)
    prepared = [_prepare(by, owner, kind, file, read, origin) for owner in owners.values()]
    changes, failures = {}, []
    for version, share in prepared:
        try:
            changes[version.dataset.tenant] = _import_share(by, version, share)
        except Error as error:
            failures.append(f"{version.dataset.organisation.name}: {error.detail}")
    if failures:
        raise BadRequestData("取り込めなかった団体があります。" + " / ".join(failures))
    return Imported(read.report, changes)


def _owners(by: Actor | None, read: Reading) -> dict[str, Organisation]:
    found = {each.tenant: each for each in Organisation.objects.filter(tenant__in=read.tenants)}
    missing = [tenant for tenant in read.tenants if tenant not in found]
    if missing:
        raise ResourceNotFound(
            f"団体が登録されていません: {', '.join(missing)}。先に地域データを読み込んでください（moyai region load）。"
        )
    for owner in found.values():
        access.require_or_server(by, Verb.IMPORT_DATA, owner)
    return {tenant: found[tenant] for tenant in sorted(found)}


def _difference(owner: Organisation, kind: DatasetKind, read: Reading) -> CollectionChange:
    entities = _marked(read.share(owner.tenant).entities, owner.is_sample)
    return broker.compare_collection(owner.tenant, kind, entities)


def _prepare(
    by: Actor | None, owner: Organisation, kind: DatasetKind, file: File, read: Reading, origin: Origin | None
) -> tuple[DatasetVersion, Share]:
    """A version, not stored yet, with what it is to hold."""
    dataset = _dataset(owner, kind, origin)
    return _version(by, dataset, file, read), read.share(owner.tenant)


def _import_share(by: Actor | None, version: DatasetVersion, share: Share) -> CollectionChange:
    dataset = version.dataset
    entities = _marked(share.entities, dataset.is_sample)
    change = broker.compare_collection(dataset.tenant, dataset.slug, entities)
    now = dataset.current
    if now and now.file_sha256 == version.file_sha256 and not (change.added or change.changed or change.removed):
        return change
    with transaction.atomic():
        _count(version, share, change)
        version.save()
        _keep_findings(version, share)
    _begin(version)
    return _carry_out(version, entities, by)


# ── what anybody may see ────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def publish(*, by: Actor | None, dataset: Dataset) -> None:
    """Let anybody read it. Raises Forbidden, ResourceNotFound, BadRequestData (a sample, no version, no licence)."""
    access.require_or_server(by, Verb.PUBLISH_DATA, dataset.organisation)
    dataset.refresh_from_db(fields=["state", "is_sample", "licence"])
    if dataset.is_published:
        return
    is_sample = dataset.is_sample or dataset.organisation.is_sample
    rules.check_publishable(state=dataset.state, is_sample=is_sample, licence=dataset.licence)
    _set_state(dataset, DatasetState.PUBLISHED, "dataset.published", by)


@transaction.atomic
def unpublish(*, by: Actor | None, dataset: Dataset) -> None:
    """Take it back: from the next request on, nobody else reads it. Raises Forbidden, ResourceNotFound."""
    access.require_or_server(by, Verb.PUBLISH_DATA, dataset.organisation)
    dataset.refresh_from_db(fields=["state"])
    if dataset.is_published:
        _set_state(dataset, DatasetState.INTERNAL, "dataset.withdrawn", by)


def _set_state(dataset: Dataset, state: DatasetState, action: str, by: Actor | None) -> None:
    dataset.state = state
    dataset.save(update_fields=["state", "updated_at"])
    audit.record(action, by=by, about=dataset.organisation, subject=dataset.title, detail={"dataset": dataset.slug})
    transaction.on_commit(lambda: figures.refresh(dataset.tenant))


@dataclass(frozen=True)
class Description:
    """What people read about a dataset."""

    title: str
    description: str
    origin: Origin


@transaction.atomic
def describe(*, by: Actor, dataset: Dataset, as_: Description) -> None:
    """Raises Forbidden, ResourceNotFound; BadRequestData where a published dataset would lose its licence."""
    access.require(by, Verb.PUBLISH_DATA, dataset.organisation)
    if dataset.is_published and not as_.origin.licence:
        raise BadRequestData("公開しているデータセットのライセンスは空にできません。")
    dataset.title, dataset.description = as_.title, as_.description
    dataset.licence, dataset.credit = as_.origin.licence, as_.origin.credit
    dataset.source_url, dataset.contact = as_.origin.source_url, as_.origin.contact
    dataset.save()
    audit.record("dataset.described", by=by, about=dataset.organisation, subject=dataset.title)


def refresh_figures() -> int:
    """Bring the figures of towns whose data has moved up to date; answers how many."""
    return figures.refresh_moved()
