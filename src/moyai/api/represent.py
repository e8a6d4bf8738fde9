"""Entities as the answer's bytes: media type, form, @context.

Source: ETSI GS CIM 009 V1.9.1, clauses 6.3.4 to 6.3.7 (media types, @context), 6.3.15 (GeoJSON).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from moyai.api.carried import CONTEXT_RELATION, JSON, JSON_LD, Terms
from moyai.errors import NotAcceptable
from moyai.ld import compact, geojson
from moyai.model.ports import StoredEntity
from moyai.query.params import Representation
from moyai.web.reply import Headers, Reply

GEO_JSON = "application/geo+json"
_OFFERED = (JSON, JSON_LD, GEO_JSON)

_encode = msgspec.json.Encoder().encode


def negotiate(accept: str) -> str:
    """The media type of the answer by the Accept header. Raises NotAcceptable."""
    best, best_quality = "", 0.0
    for media_type in _OFFERED:
        quality = _quality(media_type, accept or "*/*")
        if quality > best_quality:
            best, best_quality = media_type, quality
    if not best:
        raise NotAcceptable(f"offered are {', '.join(_OFFERED)}")
    return best


def _quality(media_type: str, accept: str) -> float:
    """How much this media type is wanted: of the most exact range that covers it, 0 to 1."""
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
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def one(stored: StoredEntity, media_type: str, terms: Terms, wanted: Representation, prefer: str = "") -> Reply:
    if media_type == GEO_JSON:
        return _as_geojson(_feature(stored, terms, wanted), terms, prefer)
    body = _document(stored, terms, wanted)
    if media_type == JSON_LD:
        body = _with_context(body, _encode(terms.reference))
    return Reply(200, body, _headers(media_type, terms))


def many(
    selected: Sequence[StoredEntity], media_type: str, terms: Terms, wanted: Representation, prefer: str = ""
) -> Reply:
    if media_type == GEO_JSON:
        return _as_geojson(geojson.collection(_feature(each, terms, wanted) for each in selected), terms, prefer)
    documents = [_document(each, terms, wanted) for each in selected]
    if media_type == JSON_LD:
        context = _encode(terms.reference)
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
    return _encode(document)


def _with_context(document: bytes, context: bytes) -> bytes:
    return document[:-1] + b',"@context":' + context + b"}"


def _feature(stored: StoredEntity, terms: Terms, wanted: Representation) -> dict[str, Any]:
    return geojson.feature(
        stored.entity(),
        terms.context,
        form=wanted.form,
        sys_attrs=wanted.sys_attrs,
        attrs=wanted.attrs,
        geometry_property=wanted.geometry_property,
        lang=wanted.lang,
    )


def _as_geojson(document: dict[str, Any], terms: Terms, prefer: str) -> Reply:
    """The @context in the body, unless ``Prefer: body=json`` wants it in the Link header (clause 6.3.6)."""
    if prefer.replace(" ", "") == "body=json":
        return Reply(200, _encode(document), (*_headers(JSON, terms)[1:], ("content-type", GEO_JSON)))
    return Reply(200, _encode({**document, "@context": terms.reference}), (("content-type", GEO_JSON),))


def _headers(media_type: str, terms: Terms) -> Headers:
    if media_type == JSON_LD:
        return (("content-type", JSON_LD),)
    return (("content-type", media_type), ("link", f'<{terms.link}>; rel="{CONTEXT_RELATION}"; type="{JSON_LD}"'))
