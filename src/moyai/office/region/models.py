from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class MunicipalityKind(models.TextChoices):
    CITY = "city", _("市")
    TOWN = "town", _("町")
    VILLAGE = "village", _("村")
    WARD = "ward", _("特別区")


class Prefecture(models.Model):
    """The prefecture that this installation serves."""

    code = models.CharField(_("団体コード"), max_length=6, primary_key=True)
    name = models.CharField(_("名称"), max_length=20)
    name_en = models.CharField(_("英語名"), max_length=60, blank=True)
    credit = models.TextField(_("境界データの出典"), blank=True)
    version = models.PositiveIntegerField(_("版"), default=0)
    """Grows with each load of the region that changed anything."""
    loaded_at = models.DateTimeField(_("読み込み日時"), auto_now=True)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class Bureau(models.Model):
    """A branch office of the prefecture with its area (振興局)."""

    prefecture = models.ForeignKey(Prefecture, on_delete=models.CASCADE, related_name="bureaus")
    name = models.CharField(_("振興局"), max_length=40)
    position = models.PositiveIntegerField(_("順番"), default=0)
    """By the lowest code among its municipalities."""

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prefecture", "name"], name="bureau_unique_in_prefecture")
        ]

    def __str__(self) -> str:
        return self.name


class Municipality(models.Model):
    """A city, town or village. Its code is also its tenant's name and its organisation's."""

    code = models.CharField(_("団体コード"), max_length=6, primary_key=True)
    prefecture = models.ForeignKey(Prefecture, on_delete=models.CASCADE, related_name="municipalities")
    bureau = models.ForeignKey(
        Bureau, verbose_name=_("振興局"), null=True, on_delete=models.SET_NULL, related_name="municipalities"
    )
    name = models.CharField(_("名称"), max_length=40)
    kana = models.CharField(_("よみ"), max_length=80)
    name_en = models.CharField(_("英語名"), max_length=80, blank=True)
    kind = models.CharField(_("区分"), max_length=8, choices=MunicipalityKind.choices)
    county = models.CharField(_("郡"), max_length=20, blank=True)
    population = models.PositiveIntegerField(_("人口"), null=True)
    census_year = models.PositiveIntegerField(_("国勢調査の年"), null=True)
    area = models.FloatField(_("面積（km²）"), null=True)
    hall_latitude = models.FloatField(_("役所の緯度"), null=True)
    hall_longitude = models.FloatField(_("役所の経度"), null=True)
    url = models.URLField(_("ウェブサイト"), blank=True)
    neighbours: models.ManyToManyField[Municipality, models.Model] = models.ManyToManyField(
        "self", verbose_name=_("隣接する市町村"), symmetrical=True, blank=True
    )
    shape = models.JSONField(_("境界"))
    """A GeoJSON geometry, WGS 84."""

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """With the county, as in an address: 有田郡湯浅町."""
        return f"{self.county}{self.name}"
