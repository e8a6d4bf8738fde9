from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from moyai.api import represent
from moyai.api.carried import Terms
from moyai.errors import NotAcceptable
from moyai.ld import compact, context, core, expand
from moyai.model.ports import StoredEntity
from moyai.query.params import Representation
from moyai.web.reply import Reply

JSON, LD_JSON, GEO_JSON = "application/json", "application/ld+json", "application/geo+json"
URL = "https://example.org/context.jsonld"
TERMS = {"EvacuationSite": "https://example.org/EvacuationSite"}
POINT = {"type": "Point", "coordinates": [135.127, 34.083]}
SITE = {
    "id": "urn:ngsi-ld:EvacuationSite:302040:1",
    "type": "EvacuationSite",
    "name": {"type": "Property", "value": "見本の避難所"},
    "location": {"type": "GeoProperty", "value": POINT},
}


def terms(reference: Any, documents: dict[str, object] | None = None) -> Terms:
    return Terms(context.resolve(reference, documents or {URL: {"@context": TERMS}}), reference)


CORE = terms(core.URL)
OWN = terms(URL)


def stored(document: dict[str, Any] = SITE, written_with: Terms = CORE, answer: bytes | None = None) -> StoredEntity:
    entity = expand.entity(document, written_with.context)
    source = written_with.context.source
    kept = answer or compact.render(entity, source)
    return StoredEntity(entity.id, "sites", msgspec.json.encode(entity), kept, source.hash)


def one(media_type: str, reader: Terms = CORE, prefer: str = "", **wanted: Any) -> Reply:
    return represent.one(stored(), media_type, reader, Representation(**wanted), prefer)


def body(reply: Reply) -> Any:
    return json.loads(reply.body)


# ── negotiation ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (f"{LD_JSON}, {JSON}", JSON),
        (f"{GEO_JSON}, {JSON}", JSON),
        (f"{GEO_JSON}, {LD_JSON}", LD_JSON),
        (f"{JSON};q=0.1, {LD_JSON};q=0.9", LD_JSON),
        (f"{JSON};q=0, {LD_JSON}", LD_JSON),
        (f"{JSON};q=0, */*", LD_JSON),
        (f"*/*;q=0.9, {LD_JSON};q=0.8", JSON),
        (f"{LD_JSON};q=notanumber", LD_JSON),
        ("text/html, Application/LD+JSON ; q=0.5", LD_JSON),
    ],
)
def test_the_best_liked_media_type_is_chosen_and_of_equals_the_first_of_the_specification(
    accept: str, chosen: str
) -> None:
    assert represent.negotiate(accept) == chosen


@pytest.mark.parametrize("accept", ["application/xml", "text/*", f"{JSON};q=0", "nonsense"])
def test_a_caller_who_accepts_nothing_offered_is_told_what_is(accept: str) -> None:
    with pytest.raises(NotAcceptable, match=r"application/json, application/ld\+json"):
        represent.negotiate(accept)


def test_geojson_is_no_choice_where_it_is_not_offered() -> None:
    assert represent.negotiate(f"{GEO_JSON}, {LD_JSON};q=0.1", (JSON, LD_JSON)) == LD_JSON
    with pytest.raises(NotAcceptable):
        represent.negotiate(GEO_JSON, (JSON, LD_JSON))


# ── bytes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_stored_bytes_go_out_untouched_where_they_are_what_was_asked_for() -> None:
    marked = b'{"id":"urn:x:1",  "marked":true}'
    assert represent.one(stored(answer=marked), JSON, CORE, Representation()).body == marked


@pytest.mark.parametrize("wanted", [{"form": "concise"}, {"sys_attrs": True}, {"attrs": ("x",)}, {"lang": "ja"}])
def test_any_other_wish_makes_the_answer_anew(wanted: dict[str, Any]) -> None:
    marked = b'{"id":"urn:x:1",  "marked":true}'
    assert represent.one(stored(answer=marked), JSON, CORE, Representation(**wanted)).body != marked


def test_a_reader_with_other_terms_gets_names_by_these() -> None:
    written = stored(written_with=OWN)
    assert body(represent.one(written, JSON, OWN, Representation()))["type"] == "EvacuationSite"
    assert body(represent.one(written, JSON, CORE, Representation()))["type"] == TERMS["EvacuationSite"]


def test_the_link_header_names_the_context_of_a_json_answer() -> None:
    link = '<{}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
    assert one(JSON).headers == (("content-type", JSON), ("link", link.format(core.URL)))
    assert ("link", link.format(URL)) in one(JSON, OWN).headers


def test_a_context_that_has_no_url_is_not_linked() -> None:
    inline = terms([TERMS, core.URL])
    assert [name for name, _ in one(JSON, inline).headers] == ["content-type"]


@pytest.mark.parametrize(
    ("reader", "written"),
    [
        (CORE, core.URL),
        (terms("http://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.3.jsonld"), core.URL),
        (OWN, [URL, core.URL]),
        (terms([URL, core.URL]), [URL, core.URL]),
        (terms(TERMS), [TERMS, core.URL]),
    ],
)
def test_json_ld_has_the_readers_context_and_the_core_one_behind_it(reader: Terms, written: Any) -> None:
    reply = one(LD_JSON, reader)
    assert body(reply)["@context"] == written
    assert body(reply)["id"] == SITE["id"]
    assert reply.headers == (("content-type", LD_JSON),)


def test_a_list_is_the_documents_side_by_side_each_with_its_context() -> None:
    several = [stored(), stored({**SITE, "id": "urn:ngsi-ld:EvacuationSite:302040:2"})]
    plain = represent.many(several, JSON, CORE, Representation())
    assert body(plain) == [json.loads(each.answer) for each in several]
    linked = represent.many(several, LD_JSON, CORE, Representation())
    assert [each["@context"] for each in body(linked)] == [core.URL, core.URL]
    assert body(represent.many([], LD_JSON, CORE, Representation())) == []


def test_text_is_utf_8_as_it_is() -> None:
    assert "見本の避難所".encode() in one(JSON).body


# ── GeoJSON ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_feature_has_its_context_in_the_body() -> None:
    reply = one(GEO_JSON)
    assert body(reply) == {
        "id": SITE["id"],
        "type": "Feature",
        "geometry": POINT,
        "properties": {"type": "EvacuationSite", "name": SITE["name"], "location": SITE["location"]},
        "@context": core.URL,
    }
    assert reply.headers == (("content-type", GEO_JSON),)


@pytest.mark.parametrize("prefer", ["body=json", "Body = JSON", "return=minimal, body=json", 'body="json"'])
def test_who_prefers_json_gets_the_context_of_a_feature_in_the_link_header(prefer: str) -> None:
    reply = one(GEO_JSON, prefer=prefer)
    assert "@context" not in body(reply)
    assert [name for name, _ in reply.headers] == ["content-type", "link"]


def test_a_collection_has_one_context_for_all_its_features() -> None:
    reply = body(represent.many([stored(), stored()], GEO_JSON, OWN, Representation()))
    assert (reply["type"], reply["@context"]) == ("FeatureCollection", [URL, core.URL])
    assert ["@context" in each for each in reply["features"]] == [False, False]
