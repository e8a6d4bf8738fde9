from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One thing that was done. Written by ``audit.record`` alone; the database refuses to change or remove it.

    Names stand as they were at that time, and nothing points to other tables: the trail outlives them.
    """

    sequence = models.BigIntegerField(_("番号"), primary_key=True)
    """1, 2, 3 … without gaps."""
    at = models.DateTimeField(_("日時"), db_index=True)
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(_("氏名"), max_length=100, blank=True)
    post_id = models.BigIntegerField(null=True)
    post_name = models.CharField(_("職"), max_length=250, blank=True)
    """The organisation of the post and its title."""
    organisation_id = models.BigIntegerField(null=True, db_index=True)
    """The organisation that the deed was about."""
    organisation_name = models.CharField(_("団体"), max_length=100, blank=True)
    action = models.CharField(_("操作"), max_length=60)
    subject = models.CharField(_("対象"), max_length=300, blank=True)
    detail = models.JSONField(_("詳細"), default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-sequence"]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.subject}"
