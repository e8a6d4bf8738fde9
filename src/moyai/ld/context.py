"""From names to IRIs and back. Documents are handed in: nothing here fetches.

Of JSON-LD 1.1 this room needs the mapping between terms and IRIs: simple and expanded term definitions, prefixes,
compact IRIs, @vocab. Type coercion, containers and scoped contexts of a user's @context have no meaning for NGSI-LD
attributes, whose structure the specification fixes, and are not followed. Core terms are protected: a user's
definition of one is passed over (clause 5.5.7).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from moyai.errors import BadRequestData, LdContextNotAvailable
from moyai.ld import core
from moyai.model.change import CORE, ContextSource

_LONGEST = 5000
"""Terms of a user's @context."""
_DEEPEST = 10
"""Links from document to document."""
_KEYWORDS = frozenset({"@version", "@protected", "@propagate", "@import", "@base", "@language", "@direction"})


class Context:
    """A user's terms over the core ones. Build with ``of`` or ``resolve``; equal contexts have equal hashes."""

    __slots__ = ("_names", "_own", "_terms", "_vocabulary", "source")

    def __init__(self, source: ContextSource, own: Mapping[str, str]) -> None:
        self.source = source
        self._own = own
        self._vocabulary = own.get("@vocab", core.DEFAULT)
        self._terms = {**own, **_core_terms()}
        self._names = _names(self._terms)

    @staticmethod
    def of(source: ContextSource) -> Context:
        """The context that a ``ContextSource`` stands for, also one made in another process."""
        return _built(source)

    @property
    def is_core(self) -> bool:
        return not self.source.hash

    def expand_term(self, name: str) -> str:
        """A term, a compact IRI or an absolute IRI as an IRI; what is unknown goes into the @vocab."""
        known = self._terms.get(name)
        if known is not None:
            return known
        prefix, colon, suffix = name.partition(":")
        if colon:
            if not suffix.startswith("//") and (stem := self._terms.get(prefix)):
                return stem + suffix
            return name
        return self._vocabulary + name

    def compact_iri(self, iri: str) -> str:
        """The name by which this context calls an IRI; the IRI itself where it has none."""
        known = self._names.get(iri)
        if known is not None:
            return known
        if iri.startswith(self._vocabulary):
            name = iri[len(self._vocabulary) :]
            if name and ":" not in name and name not in self._terms:
                return name
        return self._as_compact_iri(iri)

    def _as_compact_iri(self, iri: str) -> str:
        for prefix, stem in self._own.items():
            if prefix != "@vocab" and stem and stem[-1] in "/#:?" and iri.startswith(stem) and len(iri) > len(stem):
                return f"{prefix}:{iri[len(stem) :]}"
        return iri


def resolve(value: object, documents: Mapping[str, object]) -> Context:
    """Compile an @context: a URL, an object or a list of both.

    ``documents`` holds the JSON behind every URL of ``remote_links``. Raises BadRequestData for what is no @context,
    LdContextNotAvailable for a URL that is not handed in.
    """
    raw: dict[str, Any] = {}
    for part in _parts(value, documents, 0):
        raw.update(part)
    own = _own_terms(raw)
    if not own:
        return Context.of(CORE)
    document = msgspec.json.encode(own, order="sorted")
    return Context.of(ContextSource(hashlib.sha256(document).hexdigest()[:16], document))


def remote_links(value: object) -> frozenset[str]:
    """The URLs in an @context that are not bundled."""
    if isinstance(value, str):
        return frozenset() if core.is_core(value) else frozenset({value})
    if isinstance(value, list):
        return frozenset().union(*(remote_links(each) for each in value))
    return frozenset()


def _parts(value: object, documents: Mapping[str, object], depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        raise BadRequestData("the @context refers to itself, or through too many documents")
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _parts(each, documents, depth + 1)
    elif isinstance(value, str):
        if not core.is_core(value):
            yield from _parts(_document(value, documents), documents, depth + 1)
    elif value is not None:
        raise BadRequestData("an @context is a URL, an object, or a list of both")


def _document(url: str, documents: Mapping[str, object]) -> object:
    if url not in documents:
        raise LdContextNotAvailable(f"the @context {url} is not available")
    document = documents[url]
    if not isinstance(document, dict) or "@context" not in document:
        raise BadRequestData(f"what stands at {url} has no @context")
    return document["@context"]


def _own_terms(raw: Mapping[str, Any]) -> dict[str, str]:
    """Terms and prefixes of a user's @context as IRIs, without those that the core has."""
    if len(raw) > _LONGEST:
        raise BadRequestData(f"the @context has more than {_LONGEST} terms")
    known = _core_terms()
    terms: dict[str, str] = {}
    for name, definition in raw.items():
        if name in known or name in _KEYWORDS:
            continue
        iri = _iri_of(name, definition)
        if iri is not None:
            terms[name] = _expanded(iri, raw, known, 0)
    return terms


def _iri_of(name: str, definition: object) -> str | None:
    if isinstance(definition, dict):
        definition = definition.get("@id", name if ":" in name else None)
    if definition is None:
        return None
    if not isinstance(definition, str):
        raise BadRequestData(f"the @context's definition of '{name}' is neither a string nor an object with @id")
    return definition


def _expanded(iri: str, raw: Mapping[str, Any], known: Mapping[str, str], depth: int) -> str:
    """An IRI from a compact IRI or from another term of the same @context."""
    if depth > _DEEPEST:
        raise BadRequestData(f"the @context defines '{iri}' by itself")
    if iri.startswith("@") or iri in known:
        return known.get(iri, iri)
    prefix, colon, suffix = iri.partition(":")
    if not colon:
        definition = _iri_of(iri, raw[iri]) if iri in raw else None
        if definition and definition != iri:
            return _expanded(definition, raw, known, depth + 1)
        return core.DEFAULT + iri
    if suffix.startswith("//"):
        return iri
    if prefix in known:
        return known[prefix] + suffix
    if prefix in raw and (stem := _iri_of(prefix, raw[prefix])):
        return _expanded(stem, raw, known, depth + 1) + suffix
    return iri


@lru_cache(maxsize=1)
def _core_terms() -> dict[str, str]:
    """Of the core: term → IRI. ``id`` and ``type`` are keywords and not among them."""
    raw = core.definitions()
    terms = {"ngsi-ld": core.NAMESPACE}
    for name, definition in raw.items():
        iri = definition.get("@id") if isinstance(definition, dict) else definition
        if isinstance(iri, str) and not name.startswith("@") and not iri.startswith("@"):
            prefix, colon, suffix = iri.partition(":")
            stem = raw.get(prefix) if colon and not suffix.startswith("//") else None
            terms[name] = stem + suffix if isinstance(stem, str) else iri
    return terms


def _names(terms: Mapping[str, str]) -> dict[str, str]:
    """IRI → the shortest, then first of the terms for it."""
    names: dict[str, str] = {}
    for name, iri in sorted(terms.items(), key=lambda item: (len(item[0]), item[0])):
        if name != "@vocab":
            names.setdefault(iri, name)
    return names


@lru_cache(maxsize=1024)
def _built(source: ContextSource) -> Context:
    own: dict[str, str] = msgspec.json.decode(source.document, type=dict[str, str]) if source.document else {}
    return Context(source, own)
