"""The audit trail: append-only, each event sealed with the hash of the one before.

An event is recorded in the transaction of the deed it tells of, so neither exists without the other. A transaction
of the office's database takes the write lock at its start, so two writers never follow the same event.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moyai.office.base.access import Actor
from moyai.office.base.models import AuditEvent

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

ACTIONS: Mapping[str, StrOrPromise] = {
    "sign-in.succeeded": _("サインイン"),
    "sign-in.failed": _("サインインの失敗"),
    "sign-in.second-factor-failed": _("二段階認証の失敗"),
    "sign-out": _("サインアウト"),
    "password.changed": _("パスワードの変更"),
    "password.reset-issued": _("パスワード再設定リンクの発行"),
    "password.reset": _("パスワードの再設定"),
    "factor.added": _("認証手段の追加"),
    "factor.removed": _("認証手段の削除"),
    "factor.reset": _("リカバリーコードの再発行"),
    "organisation.registered": _("団体の登録"),
    "administrator.created": _("管理者の作成（サーバー上のコマンド）"),
    "post.added": _("職の追加"),
    "post.changed": _("職の変更"),
    "post.closed": _("職の廃止"),
    "invitation.issued": _("招待の発行"),
    "invitation.revoked": _("招待の取消"),
    "invitation.accepted": _("招待の承諾"),
    "tenure.started": _("職への就任"),
    "tenure.ended": _("職からの退任"),
    "tenure.handed-over": _("職の引き継ぎ"),
    "tenure.suspended": _("利用の停止"),
    "tenure.resumed": _("利用の再開"),
    "key.created": _("APIキーの発行"),
    "key.revoked": _("APIキーの失効"),
    "region.loaded": _("地域データの読み込み"),
    "dataset.uploaded": _("ファイルのアップロード"),
    "dataset.imported": _("データの取り込み"),
    "dataset.rejected": _("データの取り込みの取りやめ"),
    "dataset.failed": _("データの取り込みの失敗"),
    "dataset.described": _("データの説明の変更"),
    "dataset.published": _("データの公開"),
    "dataset.withdrawn": _("データの公開停止"),
    "dataset.removed": _("データの削除"),
    "sample.loaded": _("見本の読み込み"),
    "sample.removed": _("見本の削除"),
}
"""What an action is called on screen."""


class About(Protocol):
    """The organisation that a deed is about."""

    @property
    def pk(self) -> int: ...
    @property
    def name(self) -> str: ...


class Who(Protocol):
    """A person who holds no post while they act: at the door, or in taking up their first."""

    @property
    def pk(self) -> int: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold."""

    sequence: int
    reason: str

    def __str__(self) -> str:
        return f"監査記録の{self.sequence}番: {self.reason}"


@dataclass(frozen=True)
class Head:
    """The last event. Written down elsewhere, it proves later that none was cut off the end."""

    sequence: int
    hash: str


def action_name(action: str) -> str:
    return str(ACTIONS.get(action, action))


def _sealed(event: AuditEvent) -> str:
    content = [
        event.sequence,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.person_id,
        event.person_name,
        event.post_id,
        event.post_name,
        event.organisation_id,
        event.organisation_name,
        event.action,
        event.subject,
        event.detail,
        event.previous_hash,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _who(by: Actor | Who | None) -> dict[str, Any]:
    if by is None:
        return {"person_name": "サーバー上のコマンド"}
    if isinstance(by, Actor):
        return {
            "person_id": by.person_id,
            "person_name": by.person_name,
            "post_id": by.post_id,
            "post_name": f"{by.organisation_name} {by.post_title}",
        }
    return {"person_id": by.pk, "person_name": by.name}


def _about(about: About | None, by: Actor | Who | None) -> dict[str, Any]:
    if about is not None:
        return {"organisation_id": about.pk, "organisation_name": about.name}
    if isinstance(by, Actor):
        return {"organisation_id": by.organisation_id, "organisation_name": by.organisation_name}
    return {}


def record(
    action: str,
    *,
    by: Actor | Who | None,
    about: About | None = None,
    subject: str = "",
    detail: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> AuditEvent:
    """Add an event, in the caller's transaction where there is one.

    ``by`` is ``None`` for a command on the server. ``about`` is the actor's own organisation unless given.
    ``detail`` holds JSON values, and never a secret.
    """
    with transaction.atomic():
        last = AuditEvent.objects.order_by("-sequence").only("sequence", "hash").first()
        event = AuditEvent(
            sequence=last.sequence + 1 if last else 1,
            at=at or timezone.now(),
            action=action,
            subject=subject[:300],
            detail=json.loads(json.dumps(detail or {}, ensure_ascii=False)),
            previous_hash=last.hash if last else "",
            **_who(by),
            **_about(about, by),
        )
        event.hash = _sealed(event)
        event.save(force_insert=True)
    return event


def _fault(event: AuditEvent, before: Head) -> str:
    if event.sequence != before.sequence + 1:
        return f"{before.sequence + 1} 番から {event.sequence - 1} 番までの記録がありません。"
    if event.previous_hash != before.hash:
        return "直前の記録と連鎖していません。"
    if event.hash != _sealed(event):
        return "内容が記録時から変わっています。"
    return ""


def verify(expected: Head | None = None) -> Break | None:
    """The first place where the chain is broken, or ``None``. With an ``expected`` event, it must be there too."""
    before = Head(0, "")
    for event in AuditEvent.objects.order_by("sequence").iterator():
        if fault := _fault(event, before):
            return Break(event.sequence, fault)
        before = Head(event.sequence, event.hash)
        if expected and expected.sequence == event.sequence and expected.hash != event.hash:
            return Break(event.sequence, "控えた値と一致しません。")
    if expected and before.sequence < expected.sequence:
        return Break(before.sequence + 1, f"{expected.sequence} 番まであるはずの記録が途中までしかありません。")
    return None


def head() -> Head | None:
    event = AuditEvent.objects.order_by("-sequence").first()
    return Head(event.sequence, event.hash) if event else None
