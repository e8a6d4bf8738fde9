"""Tenants, and who asks: the first argument of every verb of the broker."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from moyai.errors import BadRequestData
from moyai.model import municipality

_SLUG = re.compile(r"o-[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?")

DEFAULT_COLLECTION = "default"
"""The collection of an entity that its writer put in no other. It is not published."""


def is_tenant_name(name: str) -> bool:
    """A local government code with its check digit, or ``o-<slug>``. Safe as a file name."""
    return municipality.is_valid_code(name) or _SLUG.fullmatch(name) is not None


def validated_name(name: str) -> str:
    """The name itself; raises BadRequestData where it cannot be a tenant's."""
    if not is_tenant_name(name):
        raise BadRequestData(f"'{name}' is no tenant name: a 6-digit local government code, or o-<slug>")
    return name


class Verb(StrEnum):
    """What a caller may be allowed to do in a tenant."""

    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Caller(Struct, frozen=True, kw_only=True):
    """Who asks, and what they may do where. Without grants a caller is anonymous and reads what is published."""

    name: str = "anonymous"
    """For the log and the change record: ``key:<prefix>``, ``person:<id> post:<id>``."""
    grants: Mapping[str, frozenset[Verb]] = field(default_factory=dict)
    """Tenant → verbs. In a tenant with READ every collection may be read."""
    everywhere: frozenset[Verb] = frozenset()
    """Verbs held in every tenant: the platform's own processes."""
    collection: str = ""
    """Where this caller's new entities go, and the only collection it may change; empty: any."""

    def may(self, verb: Verb, tenant: str) -> bool:
        return verb in self.everywhere or verb in self.grants.get(tenant, frozenset())

    @property
    def is_anonymous(self) -> bool:
        return not self.grants and not self.everywhere


ANONYMOUS = Caller()
PLATFORM = Caller(name="platform", everywhere=frozenset(Verb))
"""The platform itself: the office behind its own checks, commands on the server."""
