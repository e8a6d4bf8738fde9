from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moyai.office.accounts.models import Organisation
from moyai.office.region.models import Municipality


class DatasetKind(models.TextChoices):
    """What the entities of a dataset are. The value is also the dataset's slug and its collection on the platform."""

    EVACUATION_SITES = "evacuation-sites", _("避難所・避難場所")
    PUBLIC_FACILITIES = "public-facilities", _("公共施設")
    PUBLIC_TOILETS = "public-toilets", _("公衆トイレ")


class DatasetState(models.TextChoices):
    DRAFT = "draft", _("準備中")
    INTERNAL = "internal", _("非公開")
    PUBLISHED = "published", _("公開")


class VersionState(models.TextChoices):
    READING = "reading", _("読み取り中")
    PREVIEWED = "previewed", _("確認待ち")
    ACCEPTING = "accepting", _("反映中")
    ACCEPTED = "accepted", _("反映済み")
    REJECTED = "rejected", _("取りやめ")
    FAILED = "failed", _("失敗")


class Severity(models.TextChoices):
    """As the intake's."""

    ERROR = "error", _("誤り")
    DOUBT = "doubt", _("疑い")
    REPAIR = "repair", _("修正")
    INFO = "info", _("情報")


class Dataset(models.Model):
    """One organisation's data of one kind.

    The platform reads this table by SQL (columns ``tenant, slug, state``) to know what anybody may read: names and
    meanings of these columns are a contract.
    """

    organisation = models.ForeignKey(
        Organisation, to_field="tenant", db_column="tenant", on_delete=models.CASCADE, related_name="datasets"
    )
    slug = models.CharField(max_length=40)
    """The collection on the platform."""
    kind = models.CharField(_("種類"), max_length=40, choices=DatasetKind.choices)
    title = models.CharField(_("名称"), max_length=200)
    description = models.TextField(_("説明"), blank=True)
    licence = models.CharField(_("ライセンス"), max_length=40, blank=True)
    credit = models.CharField(_("クレジット"), max_length=200, blank=True)
    source_url = models.URLField(_("出典"), max_length=500, blank=True)
    contact = models.CharField(_("問い合わせ先"), max_length=200, blank=True)
    state = models.CharField(_("状態"), max_length=12, choices=DatasetState.choices, default=DatasetState.DRAFT)
    is_sample = models.BooleanField(_("見本"), default=False)
    current = models.ForeignKey(
        "DatasetVersion", verbose_name=_("現在の版"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("更新日時"), auto_now=True)

    class Meta:
        db_table = "dataset"
        ordering: ClassVar = ["organisation_id", "slug"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="dataset_slug_unique_in_tenant")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def tenant(self) -> str:
        return self.organisation_id

    @property
    def is_published(self) -> bool:
        return self.state == DatasetState.PUBLISHED


class DatasetVersion(models.Model):
    """What one file made, or would make, of a dataset."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版"))
    """1, 2, 3 … in the order of upload."""
    state = models.CharField(_("状態"), max_length=12, choices=VersionState.choices)
    base = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    """The version in force that this one was compared with."""
    created_at = models.DateTimeField(_("取り込み日時"), auto_now_add=True)
    accepting_since = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(_("反映日時"), null=True)
    person_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    person_name = models.CharField(_("取り込んだ人"), max_length=100, blank=True)
    post_name = models.CharField(_("職"), max_length=250, blank=True)
    """Names as they were at that time."""
    file_name = models.CharField(_("ファイル"), max_length=255)
    file_sha256 = models.CharField(max_length=64, db_index=True)
    file_size = models.PositiveBigIntegerField()
    covers_region = models.BooleanField(default=False)
    """Whether the file holds several towns' records, of which this version has its own."""
    facts = models.JSONField(_("読み取りの判断"), default=dict)
    """What the intake found and decided about the file as a whole."""
    first_records = models.JSONField(default=list)
    """Some simplified entities, for the preview."""
    rows = models.PositiveIntegerField(_("行"), default=0)
    entities = models.PositiveIntegerField(_("件数"), default=0)
    added = models.PositiveIntegerField(_("追加"), default=0)
    changed = models.PositiveIntegerField(_("変更"), default=0)
    removed = models.PositiveIntegerField(_("削除"), default=0)
    unchanged = models.PositiveIntegerField(_("変更なし"), default=0)
    errors = models.PositiveIntegerField(_("誤り"), default=0)
    doubts = models.PositiveIntegerField(_("疑い"), default=0)
    repairs = models.PositiveIntegerField(_("修正"), default=0)
    cp932_lost = models.PositiveIntegerField(default=0)
    """How many characters of its records CP932 does not have."""
    failure = models.TextField(_("失敗の理由"), blank=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "number"], name="version_number_unique_in_dataset"),
            models.UniqueConstraint(
                fields=["dataset"],
                condition=models.Q(state=VersionState.ACCEPTING),
                name="one_version_accepting_in_dataset",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.number}"

    @property
    def sha256_parts(self) -> list[str]:
        """Where a narrow page may break it."""
        return [self.file_sha256[place : place + 16] for place in range(0, 64, 16)]

    @property
    def is_open(self) -> bool:
        """Whether someone may still accept or reject it."""
        return self.state == VersionState.PREVIEWED


class Finding(models.Model):
    """One repair or one doubt of a version's report."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="findings")
    position = models.PositiveIntegerField()
    """In the order of the report."""
    sheet = models.CharField(_("シート"), max_length=100, blank=True)
    row = models.PositiveIntegerField(_("行"), null=True)
    """The line of the file as a spreadsheet counts it; none where the whole file is meant."""
    column = models.CharField(_("列"), max_length=200, blank=True)
    before = models.TextField(_("元の値"), blank=True)
    after = models.TextField(_("修正後の値"), blank=True)
    rule = models.CharField(_("規則"), max_length=80)
    severity = models.CharField(_("重さ"), max_length=8, choices=Severity.choices)
    message = models.TextField(_("内容"), blank=True)
    entity = models.CharField(max_length=300, blank=True)
    """The identifier of the record that came of the row."""

    class Meta:
        ordering: ClassVar = ["version", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "position"], name="finding_position_unique_in_version")
        ]
        indexes: ClassVar = [models.Index(fields=["version", "entity"], name="finding_of_entity")]

    def __str__(self) -> str:
        return f"{self.version} {self.row} {self.rule}"


class TownFigure(models.Model):
    """Figures of one town's published data: a projection, brought up to date when the data has moved."""

    municipality = models.OneToOneField(Municipality, primary_key=True, on_delete=models.CASCADE, related_name="figure")
    position = models.BigIntegerField(default=-1)
    """The number of the tenant's last change that the figures know of."""
    evacuation_sites = models.PositiveIntegerField(_("避難所・避難場所"), null=True)
    located = models.PositiveIntegerField(_("位置のある件数"), null=True)
    capacity_unknown = models.PositiveIntegerField(_("収容人数が不明な件数"), null=True)
    as_of = models.DateTimeField(_("集計日時"), auto_now=True)

    class Meta:
        ordering: ClassVar = ["municipality"]

    def __str__(self) -> str:
        return f"{self.municipality} {self.evacuation_sites}"
