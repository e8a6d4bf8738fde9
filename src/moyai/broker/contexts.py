"""From an @context as sent to one that is compiled. Source: ETSI GS CIM 009 V1.9.1, clauses 4.4 and 5.5.7."""

from __future__ import annotations

from moyai.errors import LdContextNotAvailable
from moyai.ld import context as ld_context
from moyai.ld.context import Context


class Contexts:
    """Nothing is fetched: a remote @context that is not bundled is refused."""

    def resolve(self, value: object) -> Context:
        """``value``: the JSON of an @context (a URL, an object, or a list of both).

        Raises LdContextNotAvailable for a URL that is not bundled, BadRequestData for what is no @context.
        """
        remote = ld_context.remote_links(value)
        if remote:
            raise LdContextNotAvailable(
                f"the @context {sorted(remote)[0]} is not bundled, and fetching a remote @context is switched off"
            )
        return ld_context.resolve(value, {})
