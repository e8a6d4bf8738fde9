"""The audit trail of an organisation."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from moyai.office.accounts import queries
from moyai.office.accounts.views.members import tabs
from moyai.office.base import audit, sheets
from moyai.office.base.access import Actor, Verb
from moyai.office.base.models import AuditEvent
from moyai.office.base.views import OfficeRequest, page_of, signed_in


@signed_in
def show(request: OfficeRequest, actor: Actor, tenant: str) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.READ_AUDIT)
    page = page_of(request, queries.audit_events(actor, organisation))
    rows = [{"event": event, "action": audit.action_name(event.action)} for event in page]
    context = {"organisation": organisation, "page": page, "rows": rows, **tabs(actor, organisation, "audit")}
    return render(request, "accounts/audit.html", context)


def _cells(event: AuditEvent) -> list[object]:
    return [
        event.sequence,
        timezone.localtime(event.at).isoformat(timespec="seconds"),
        event.person_name,
        event.post_name,
        audit.action_name(event.action),
        event.subject,
        json.dumps(event.detail, ensure_ascii=False),
        event.hash,
    ]


@signed_in
def download(request: OfficeRequest, actor: Actor, tenant: str) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.READ_AUDIT)
    header = [_("番号"), _("日時"), _("氏名"), _("職"), _("操作"), _("対象"), _("詳細"), _("ハッシュ")]
    rows = (_cells(event) for event in queries.audit_events(actor, organisation).iterator())
    return sheets.csv_reply(f"{organisation.tenant}-audit.csv", header, rows)
