"""Who may do what: refuse, or narrow what is seen. Denies first."""

from __future__ import annotations

from dataclasses import dataclass

from moyai.errors import Forbidden, Unauthenticated
from moyai.model.ports import Rights
from moyai.model.query import EVERYTHING, Access
from moyai.model.tenant import Caller, Verb


@dataclass(frozen=True)
class Gate:
    """Every verb of the broker passes here before it touches the store."""

    rights: Rights

    def readable(self, caller: Caller, tenant: str) -> Access:
        """The collections of the tenant that exist for this caller: all, or those that are published."""
        if caller.may(Verb.READ, tenant):
            return EVERYTHING
        return Access(self.rights.published(tenant))

    def require(self, caller: Caller, tenant: str, *verbs: Verb) -> None:
        """Raises Unauthenticated where a key might help, Forbidden where this one does not."""
        missing = [verb for verb in verbs if not caller.may(verb, tenant)]
        if not missing:
            return
        if caller.is_anonymous:
            raise Unauthenticated("this needs an API key: send it as 'Authorization: Bearer KEY'")
        raise Forbidden(f"{caller.name} may not {' or '.join(missing)} in tenant {tenant}")

    def writable(self, caller: Caller) -> frozenset[str] | None:
        """The collections the caller may change; ``None``: any of the tenants it may write in."""
        return frozenset({caller.collection}) if caller.collection else None
