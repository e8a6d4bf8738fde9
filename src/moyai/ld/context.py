"""From names to IRIs and back. Documents are handed in: nothing here fetches.

Of JSON-LD 1.1 this room needs the mapping between terms and IRIs: simple and expanded term definitions, prefixes,
compact IRIs, @vocab, contexts in a row of which later ones override earlier ones. The structure of attributes is fixed
by NGSI-LD, so that coercion (@type, @container, @language) of a user's terms has no meaning and is passed over, as are
@reverse and aliases of keywords. Scoped contexts are refused (clause 5.5.7), and so is @import.

The core @context counts as the last one (clause 4.4): no user's definition of a core term, nor of @vocab for names that
nobody defines, has any effect.
"""

from __future__ import annotations

import hashlib
import re
from collections import ChainMap
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

import msgspec
from msgspec import Struct

from moyai.errors import BadRequestData, LdContextNotAvailable
from moyai.ld import core
from moyai.model.change import CORE, ContextSource

_MOST_TERMS = 10_000
"""Of a user's @context."""
_DEEPEST = 10
"""Links from document to document."""
_REMEMBERED = 4096
"""Names whose IRIs a context remembers."""
_DELIMITERS = ":/?#[]@"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*|_")

Value = Any
"""An @context as it stands in a document: a URL, an object, a list of both, or null."""


class Term(Struct, frozen=True):
    iri: str
    is_prefix: bool = False


class Context:
    """A user's terms over the core ones. Build with ``of`` or ``resolve``; equal contexts have equal hashes."""

    __slots__ = ("_compacted", "_expanded", "_prefixes", "_terms", "source")

    def __init__(self, source: ContextSource, own: Mapping[str, Term]) -> None:
        self.source = source
        self._terms = {**own, **_core_terms()}
        self._prefixes = sorted(
            ((term.iri, name) for name, term in self._terms.items() if term.is_prefix),
            key=lambda each: (-len(each[0]), len(each[1]), each[1]),
        )
        self._expanded = {name: term.iri for name, term in self._terms.items()}
        self._compacted = _names(self._terms)

    @staticmethod
    def of(source: ContextSource) -> Context:
        """The context that a ``ContextSource`` stands for, also one made in another process."""
        return _built(source)

    @property
    def is_core(self) -> bool:
        return not self.source.hash

    def expand_term(self, name: str) -> str:
        """A term, a compact IRI or an absolute IRI as an IRI; what is unknown goes into the default vocabulary."""
        known = self._expanded.get(name)
        if known is None:
            known = _expanded(name, self._terms) or core.DEFAULT + name
            _remember(self._expanded, name, known)
        return known

    def compact_iri(self, iri: str) -> str:
        """The name by which this context calls an IRI: a term, what follows the default vocabulary, a compact IRI; the
        IRI itself where none of these leads back to it."""
        known = self._compacted.get(iri)
        if known is None:
            known = self._shortened(iri)
            _remember(self._compacted, iri, known)
        return known

    def _shortened(self, iri: str) -> str:
        if iri.startswith(core.DEFAULT):
            name = iri[len(core.DEFAULT) :]
            if name and ":" not in name and name not in self._terms:
                return name
        for stem, prefix in self._prefixes:
            if iri.startswith(stem) and len(iri) > len(stem):
                name = f"{prefix}:{iri[len(stem) :]}"
                if self.expand_term(name) == iri:
                    return name
        return iri


def _remember(known: dict[str, str], key: str, value: str) -> None:
    """Bounded, so that a stream of ever new names cannot fill the memory."""
    if len(known) < _MOST_TERMS + _REMEMBERED:
        known[key] = value


# ── from an @context in a document ──────────────────────────────────────────────────────────────────────────────────


def resolve(value: Value, documents: Mapping[str, object]) -> Context:
    """Compile an @context.

    ``documents`` holds the JSON behind every URL of ``remote_links``. Raises BadRequestData for what is no @context,
    LdContextNotAvailable for a URL that is not handed in.
    """
    if value is None or (isinstance(value, str) and core.is_core(value)):
        return Context.of(CORE)
    if not remote_links(value):
        return _resolved_alone(msgspec.json.encode(value))
    return _resolved(value, documents)


@lru_cache(maxsize=64)
def _resolved_alone(value: bytes) -> Context:
    return _resolved(msgspec.json.decode(value), {})


def _resolved(value: Value, documents: Mapping[str, object]) -> Context:
    gathering = _Gathering(documents)
    gathering.add(value, "", 0)
    own = {name: term for name, term in gathering.terms.items() if name not in _core_terms()}
    if not own:
        return Context.of(CORE)
    document = msgspec.json.encode({name: _written(term) for name, term in own.items()}, order="sorted")
    return Context.of(ContextSource(hashlib.sha256(document).hexdigest()[:32], document))


def remote_links(value: Value, documents: Mapping[str, object] | None = None) -> frozenset[str]:
    """The URLs in an @context that are not bundled, and not among ``documents``; looks into those that are."""
    found: set[str] = set()
    _collect_links(value, "", documents or {}, found, set())
    return frozenset(found)


def _collect_links(value: Value, base: str, documents: Mapping[str, object], found: set[str], seen: set[str]) -> None:
    if isinstance(value, list):
        for each in value:
            _collect_links(each, base, documents, found, seen)
    elif isinstance(value, str) and not core.is_core(value):
        url = urljoin(base, value)
        if url in seen:
            return
        seen.add(url)
        document = documents.get(url)
        if document is None:
            found.add(url)
        elif isinstance(document, dict):
            _collect_links(document.get("@context"), url, documents, found, seen)


class _Gathering:
    """The terms of contexts in a row: each sees those before it, and overrides them."""

    def __init__(self, documents: Mapping[str, object]) -> None:
        self._documents = documents
        self.terms: dict[str, Term] = {}
        self.vocabulary = ""

    def add(self, value: Value, base: str, depth: int) -> None:
        if depth > _DEEPEST:
            raise BadRequestData(f"the @context leads to itself, or through more than {_DEEPEST} documents")
        if value is None:
            self.terms, self.vocabulary = {}, ""
        elif isinstance(value, list):
            for each in value:
                self.add(each, base, depth + isinstance(each, list))
        elif isinstance(value, dict):
            self._define(value)
        elif not isinstance(value, str):
            raise BadRequestData("an @context is a URL, an object, or a list of both")
        elif not core.is_core(value):
            url = _joined(base, value)
            self.add(self._document(url), url, depth + 1)

    def _document(self, url: str) -> Value:
        if url not in self._documents:
            raise LdContextNotAvailable(f"the @context {url} is not available")
        document = self._documents[url]
        if not isinstance(document, dict) or "@context" not in document:
            raise LdContextNotAvailable(f"what stands at {url} is no @context")
        return document["@context"]

    def _define(self, definitions: Mapping[str, Any]) -> None:
        if len(definitions) + len(self.terms) > _MOST_TERMS:
            raise BadRequestData(f"the @context has more than {_MOST_TERMS} terms")
        if "@import" in definitions:
            raise BadRequestData("an @context with @import is not supported")
        local = _Definitions(definitions, self.terms, self.vocabulary)
        self.vocabulary = local.vocabulary
        self.terms = local.all()


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError as error:
        raise BadRequestData(f"the @context {link!r} is no URL") from error


class _Definitions:
    """One @context object. Its definitions may use one another in any order, and those of contexts before it."""

    def __init__(self, raw: Mapping[str, Any], before: Mapping[str, Term], vocabulary: str) -> None:
        self._raw = raw
        self._terms = dict(before)
        self._known = ChainMap(self._terms, _core_terms())
        self._done: set[str] = set()
        self.vocabulary = self._vocabulary(vocabulary)

    def all(self) -> dict[str, Term]:
        for name in self._raw:
            if not name.startswith("@") and name not in _core_terms():
                self._define(name, 0)
        return self._terms

    def _vocabulary(self, before: str) -> str:
        if "@vocab" not in self._raw:
            return before
        value = self._raw["@vocab"]
        if value is None:
            return ""
        if not isinstance(value, str):
            raise BadRequestData("the @vocab of an @context is an IRI")
        return self._iri(value, 0) if value else before

    def _define(self, name: str, depth: int) -> None:
        if depth > _DEEPEST:
            raise BadRequestData(f"the @context defines '{name}' by itself")
        if name in self._done:
            return
        definition = self._raw[name]
        text = _text_of(name, definition)
        self._terms.pop(name, None)
        if text is not None:
            iri = self._iri(text, depth + 1, defining=name)
            if not iri.startswith("@"):
                self._terms[name] = Term(iri, _is_prefix(definition, iri) and ":" not in name)
        self._done.add(name)

    def _iri(self, text: str, depth: int, defining: str = "") -> str:
        """An IRI from a term, a compact IRI, an absolute IRI or what follows the @vocab."""
        if text.startswith("@"):
            return text
        for needed in (text, text.partition(":")[0]):
            if needed in self._raw and needed not in {defining, "@vocab"} and needed not in _core_terms():
                self._define(needed, depth)
        if text != defining and (known := self._known.get(text)):
            return known.iri
        return _expanded(text, self._known) or (self.vocabulary or core.DEFAULT) + text


def _text_of(name: str, definition: object) -> str | None:
    """What stands for the IRI in a definition; ``None`` where the definition takes the term away."""
    text = definition
    if isinstance(definition, dict):
        if "@context" in definition:
            raise BadRequestData(f"the @context gives '{name}' a scoped @context, which NGSI-LD does not allow")
        text = None if "@reverse" in definition else definition.get("@id", name)
    if text is not None and not isinstance(text, str):
        raise BadRequestData(f"the @context's definition of '{name}' is neither a string nor an object with @id")
    return text


def _is_prefix(definition: object, iri: str) -> bool:
    if isinstance(definition, dict):
        return definition.get("@prefix") is True
    return iri[-1:] in _DELIMITERS and iri != ""


# ── terms ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _expanded(name: str, terms: Mapping[str, Term]) -> str | None:
    """The IRI of a compact or absolute IRI; ``None`` for a name that is neither."""
    prefix, colon, suffix = name.partition(":")
    if not colon:
        return None
    term = terms.get(prefix)
    if term is not None and term.is_prefix and not suffix.startswith("//"):
        return term.iri + suffix
    return name if _SCHEME.fullmatch(prefix) else None


def _names(terms: Mapping[str, Term]) -> dict[str, str]:
    """IRI → the shortest, then first of the terms for it."""
    names: dict[str, str] = {}
    for name, term in sorted(terms.items(), key=lambda item: (len(item[0]), item[0])):
        names.setdefault(term.iri, name)
    return names


@lru_cache(maxsize=1)
def _core_terms() -> dict[str, Term]:
    """Of the core: ``id`` and ``type`` are keywords and not among them."""
    raw = core.definitions()
    simple = {name: iri for name, iri in raw.items() if isinstance(iri, str) and not name.startswith("@")}
    prefixes = {name: Term(iri, True) for name, iri in simple.items() if iri[-1] in _DELIMITERS}
    terms = dict(prefixes)
    for name, definition in raw.items():
        iri = definition.get("@id") if isinstance(definition, dict) else simple.get(name)
        if iri is not None and not iri.startswith("@") and name not in prefixes:
            terms[name] = Term(_expanded(iri, prefixes) or iri)
    return terms


def _written(term: Term) -> object:
    """A definition of JSON-LD that means this term."""
    if term.is_prefix is _is_prefix(term.iri, term.iri):
        return term.iri
    return {"@id": term.iri, "@prefix": True} if term.is_prefix else {"@id": term.iri}


@lru_cache(maxsize=64)
def _built(source: ContextSource) -> Context:
    raw: dict[str, Any] = msgspec.json.decode(source.document) if source.document else {}
    return Context(source, {name: _read(each) for name, each in raw.items()})


def _read(written: Any) -> Term:
    iri = written["@id"] if isinstance(written, dict) else written
    return Term(iri, _is_prefix(written, iri))
