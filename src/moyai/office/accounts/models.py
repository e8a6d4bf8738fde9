from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moyai.office.base.access import Kind, Role


class OrganisationKind(models.TextChoices):
    PREFECTURE = Kind.PREFECTURE.value, _("都道府県")
    MUNICIPALITY = Kind.MUNICIPALITY.value, _("市町村")
    COUNCIL = Kind.COUNCIL.value, _("協議会")
    COMPANY = Kind.COMPANY.value, _("企業")
    EXPERT = Kind.EXPERT.value, _("専門家")
    OPERATOR = Kind.OPERATOR.value, _("基盤運営者")


class PostRole(models.TextChoices):
    ADMINISTRATOR = Role.ADMINISTRATOR.value, _("管理者")
    OFFICER = Role.OFFICER.value, _("担当者")
    CONTRIBUTOR = Role.CONTRIBUTOR.value, _("入力者")
    VIEWER = Role.VIEWER.value, _("閲覧者")


class Organisation(models.Model):
    """An organisation, and by its tenant's name its namespace on the platform.

    The broker reads this table by SQL (columns ``id, tenant, kind, is_active, is_sample``) whenever the version of
    the office's database has changed: names and meanings of these columns are a contract.
    """

    tenant = models.CharField(_("テナント"), max_length=64, unique=True)
    """The 6-digit local government code, or ``o-<slug>``."""
    kind = models.CharField(_("区分"), max_length=16, choices=OrganisationKind.choices)
    name = models.CharField(_("名称"), max_length=100)
    name_kana = models.CharField(_("名称のよみ"), max_length=200, blank=True)
    name_en = models.CharField(_("英語名"), max_length=200, blank=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("属する団体"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    """A municipality's prefecture, a council's city, a member company's council."""
    is_active = models.BooleanField(_("利用中"), default=True)
    is_sample = models.BooleanField(_("見本"), default=False)

    class Meta:
        db_table = "organisation"
        ordering: ClassVar = ["tenant"]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, email: str | None) -> Person:
        return self.get(email__iexact=email)


class Person(AbstractBaseUser):
    """Someone who signs in as themselves. Holds no right; rights belong to the posts they hold."""

    email = models.EmailField(_("メールアドレス"), max_length=254, unique=True)
    name = models.CharField(_("氏名"), max_length=100)
    is_active = models.BooleanField(_("有効"), default=True)
    is_sample = models.BooleanField(_("見本"), default=False)
    created_at = models.DateTimeField(_("登録日時"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="person_email_unique_whatever_case")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class Post(models.Model):
    """A post in an organisation (DX推進担当). Rights belong to it, whoever holds it."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("団体"), on_delete=models.CASCADE, related_name="posts"
    )
    title = models.CharField(_("職名"), max_length=100)
    role = models.CharField(_("役割"), max_length=16, choices=PostRole.choices)
    is_sample = models.BooleanField(_("見本"), default=False)
    closed_at = models.DateTimeField(_("廃止日時"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["organisation", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "title"],
                condition=models.Q(closed_at__isnull=True),
                name="post_title_unique_in_organisation",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Tenure(models.Model):
    """A person holds a post from a date to a date, both days included. Ended, never deleted: it is history."""

    person = models.ForeignKey(Person, verbose_name=_("氏名"), on_delete=models.CASCADE, related_name="tenures")
    post = models.ForeignKey(Post, verbose_name=_("職"), on_delete=models.CASCADE, related_name="tenures")
    starts_on = models.DateField(_("始まりの日"))
    ends_on = models.DateField(_("終わりの日"), null=True, blank=True)
    suspended_at = models.DateTimeField(_("停止日時"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["post", "starts_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="tenure_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.person} {self.starts_on}–{self.ends_on or ''}"

    def is_in_term(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


class HandedLink(models.Model):
    """A link that an administrator hands over: used once, expiring, known here by the hash of its token only."""

    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("発行日時"), default=timezone.now)
    expires_at = models.DateTimeField(_("有効期限"))
    used_at = models.DateTimeField(_("使用日時"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("取消日時"), null=True, blank=True)

    class Meta:
        abstract = True

    def is_open(self, at: datetime) -> bool:
        return self.used_at is None and self.revoked_at is None and at < self.expires_at


class Invitation(HandedLink):
    """Someone is asked to take up a post."""

    post = models.ForeignKey(Post, verbose_name=_("職"), on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("メールアドレス"), max_length=254)
    name = models.CharField(_("氏名"), max_length=100, blank=True)
    starts_on = models.DateField(_("始まりの日"))
    ends_on = models.DateField(_("終わりの日"), null=True, blank=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    used_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.email} → {self.post}"


class PasswordResetLink(HandedLink):
    """Someone may set a new password without knowing the old one."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="password_reset_links")
    clears_factors = models.BooleanField(_("認証手段も解除する"), default=False)
    """Whether authenticator apps, passkeys and recovery codes go too: for someone who has lost them all."""
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return str(self.person)


class KeyKind(models.TextChoices):
    INTERACTIVE = "interactive", _("対話的な利用")
    BATCH = "batch", _("一括処理")


class ApiKey(models.Model):
    """A key with which an organisation's program calls the API.

    ``moyai_<prefix>_<43 url-safe characters>`` is shown once; here stands the SHA-256 of the whole string. The broker
    reads this table by SQL whenever the version of the office's database has changed, so what is committed here
    (a revocation) holds from the next request in every process: names and meanings of these columns are a contract.
    """

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("団体"), on_delete=models.CASCADE, related_name="api_keys"
    )
    name = models.CharField(_("名前"), max_length=100)
    prefix = models.CharField(_("識別子"), max_length=10, unique=True)
    secret_hash = models.CharField(max_length=64)
    tenants = models.JSONField(_("テナント"))
    """A list of tenants' names."""
    verbs = models.JSONField(_("できること"))
    """Some of read, create, update, delete."""
    collection = models.TextField(_("データセット"), default="", blank=True)
    """Where entities that this key creates go; empty: the default collection."""
    kind = models.CharField(_("種類"), max_length=16, choices=KeyKind.choices)
    rate_per_minute = models.IntegerField(_("1分あたりの上限"))
    quota_per_day = models.IntegerField(_("1日あたりの上限"))
    created_at = models.DateTimeField(_("発行日時"), default=timezone.now)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField(_("有効期限"))
    """UTC; SQLite holds ``YYYY-MM-DD HH:MM:SS[.ffffff]``, which compares as text."""
    revoked_at = models.DateTimeField(_("失効日時"), null=True, blank=True)

    class Meta:
        db_table = "api_key"
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name

    def is_usable(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at
