"""Which tenant a request means. Source: ETSI GS CIM 009 V1.9.1, clauses 4.14 and 6.3.14."""

from __future__ import annotations

from dataclasses import dataclass

from moyai.errors import NonexistentTenant
from moyai.model import tenant as tenant_names
from moyai.model.ports import Rights


@dataclass(frozen=True)
class Tenants:
    rights: Rights

    def meant_by(self, header: str) -> str:
        """The tenant that an ``NGSILD-Tenant`` header names; none means the prefecture's.

        Whether it is there the store says. A name that cannot be a tenant's is one that is not there.
        """
        if not header:
            return self.rights.default_tenant()
        if not tenant_names.is_tenant_name(header):
            raise NonexistentTenant(f"there is no tenant '{header}'")
        return header
