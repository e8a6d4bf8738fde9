"""Entities as the answer's bytes: media type, form, @context.

Source: ETSI GS CIM 009 V1.9.1, clauses 6.3.4 to 6.3.7 (media types, @context), 6.3.15 (GeoJSON).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from moyai.api.carried import CONTEXT_RELATION, JSON, JSON_LD, Terms
from moyai.errors import NotAcceptable
from moyai.ld import compact, core, geojson
from moyai.model.ports import StoredEntity
from moyai.query.params import Representation
from moyai.web.reply import Headers, Reply

GEO_JSON = "application/geo+json"
_OFFERED = (JSON, JSON_LD, GEO_JSON)
"""In the order of clause 6.3.4: where several are liked equally, the first."""

_NOTHING = b"{}"
"""Of an entity that has nothing of what was picked."""
_encode = msgspec.json.Encoder().encode


@lru_cache(maxsize=256)
def negotiate(accept: str, offered: tuple[str, ...] = _OFFERED) -> str:
    """The media type of the answer by the Accept header. Raises NotAcceptable."""
    best, best_quality = "", 0.0
    for media_type in offered:
        quality = _quality(media_type, accept if accept.strip() else "*/*")
        if quality > best_quality:
            best, best_quality = media_type, quality
    if not best:
        raise NotAcceptable(f"'{accept}' accepts none of {', '.join(offered)}")
    return best


def _quality(media_type: str, accept: str) -> float:
    """How much this media type is wanted: of the most exact range that covers it, 0 to 1 (RFC 9110, 12.5.1)."""
    main = media_type.partition("/")[0]
    exactness = {media_type: 3, f"{main}/*": 2, "*/*": 1}
    found = (0, 0.0)
    for part in accept.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        rank = exactness.get(name.lower(), 0)
        if rank > found[0]:
            found = (rank, _q(parameters))
    return found[1]


def _q(parameters: Sequence[str]) -> float:
    """The weight; 1 where there is none that can be read."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 1.0
    return 1.0


def one(stored: StoredEntity, media_type: str, terms: Terms, wanted: Representation, prefer: str = "") -> Reply:
    if media_type == GEO_JSON:
        return _as_geojson(_feature(stored, terms, wanted), terms, prefer)
    body = _document(stored, terms, wanted)
    if media_type == JSON_LD:
        body = _with_context(body, _encode(_context(terms)))
    return Reply(200, body, _headers(media_type, terms))


def many(
    selected: Sequence[StoredEntity], media_type: str, terms: Terms, wanted: Representation, prefer: str = ""
) -> Reply:
    if media_type == GEO_JSON:
        return _as_geojson(geojson.collection(_feature(each, terms, wanted) for each in selected), terms, prefer)
    shown = (_document(each, terms, wanted) for each in selected)
    documents = [each for each in shown if each != _NOTHING]
    if media_type == JSON_LD:
        context = _encode(_context(terms))
        documents = [_with_context(each, context) for each in documents]
    return Reply(200, b"[" + b",".join(documents) + b"]", _headers(media_type, terms))


def _document(stored: StoredEntity, terms: Terms, wanted: Representation) -> bytes:
    # What is stored goes out untouched where the reader's names are the writer's and nothing else was asked for.
    if wanted.is_stored_form and stored.context == terms.context.source.hash:
        return stored.answer
    document = compact.document(
        stored.entity(),
        terms.context,
        form=wanted.form,
        sys_attrs=wanted.sys_attrs,
        attrs=wanted.attrs,
        lang=wanted.lang,
    )
    return _encode(document if wanted.shows_all else wanted.shown(document, terms.context.compact_iri))


def _with_context(document: bytes, context: bytes) -> bytes:
    separator = b"" if document == _NOTHING else b","
    return document[:-1] + separator + b'"@context":' + context + b"}"


def _feature(stored: StoredEntity, terms: Terms, wanted: Representation) -> dict[str, Any]:
    feature = geojson.feature(
        stored.entity(),
        terms.context,
        form=wanted.form,
        sys_attrs=wanted.sys_attrs,
        attrs=wanted.attrs,
        geometry_property=wanted.geometry_property,
        lang=wanted.lang,
    )
    if wanted.shows_all:
        return feature
    properties = wanted.shown(feature["properties"], terms.context.compact_iri)
    named = wanted.shown({"id": feature["id"]}, terms.context.compact_iri)
    return {**named, "type": "Feature", "geometry": feature["geometry"], "properties": properties}


def _as_geojson(document: dict[str, Any], terms: Terms, prefer: str) -> Reply:
    """The @context in the body, unless ``Prefer: body=json`` wants it in the Link header (clause 6.3.6)."""
    if _prefers_json(prefer):
        return Reply(200, _encode(document), (("content-type", GEO_JSON), *_link(terms)))
    return Reply(200, _encode({**document, "@context": _context(terms)}), (("content-type", GEO_JSON),))


def _prefers_json(prefer: str) -> bool:
    """Whether ``body=json`` is among the preferences (RFC 7240)."""
    preferences = prefer.lower().replace(" ", "").replace('"', "").replace(";", ",").split(",")
    return "body=json" in preferences


def _headers(media_type: str, terms: Terms) -> Headers:
    if media_type == JSON_LD:
        return (("content-type", JSON_LD),)
    return (("content-type", media_type), *_link(terms))


def _context(terms: Terms) -> Any:
    """The @context of the answer: the reader's, with the core one behind it, which clause 4.4 gives the last place."""
    own = _own_contexts(terms.reference)
    return [*own, core.URL] if own else core.URL


def _own_contexts(reference: Any) -> list[Any]:
    """What the reader's @context has beside the core one."""
    parts = reference if isinstance(reference, list) else [reference]
    return [part for part in parts if not (isinstance(part, str) and core.is_core(part))]


def _link(terms: Terms) -> Headers:
    """The Link header; none where the reader's @context is not one document with a URL, which alone it can name."""
    own = _own_contexts(terms.reference)
    url = own[0] if own else core.URL
    if len(own) > 1 or not isinstance(url, str):
        return ()
    return (("link", f'<{url}>; rel="{CONTEXT_RELATION}"; type="{JSON_LD}"'),)
