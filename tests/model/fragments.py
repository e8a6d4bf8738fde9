"""Entities and fragments as hypothesis makes them: few names and values, so that they meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from moyai.model.entity import NULL, Attribute, Entity, Instances, Kind

ID = "urn:ngsi-ld:Site:1"
_NAMES = st.sampled_from(["https://example.org/a", "https://example.org/b"])
_DATASETS = (None, "urn:d:1", "urn:d:2")
_JSON: list[Any] = [0, 1, True, False, 1.5, "", "有田", [], [1], {}, {"k": 1}, {"k": True, "l": {"k": "x"}}, {"l": [0]}]
_JSON_NULLS: list[Any] = [NULL, {"k": NULL}, {"k": NULL, "l": 2}, {"l": {"k": NULL, "m": 1}}, {"l": NULL}]
_LANGUAGES: list[Any] = [{"ja": "春"}, {"en": "spring"}, {"ja": "夏", "en": "summer"}]
_LANGUAGE_NULLS: list[Any] = [{"en": NULL}, {"ja": "秋", "en": NULL}, {"@none": NULL}]
_TARGETS: list[Any] = ["urn:x:1", ["urn:x:1", "urn:x:2"]]


def _contents(nulls: bool) -> st.SearchStrategy[tuple[Kind, Any]]:
    pairs = [(kind, value) for kind in (Kind.PROPERTY, Kind.JSON) for value in _JSON]
    pairs += [(Kind.LANGUAGE, value) for value in _LANGUAGES]
    pairs += [(Kind.RELATIONSHIP, value) for value in _TARGETS]
    if nulls:
        pairs += [(Kind.PROPERTY, value) for value in _JSON_NULLS]
        pairs += [(Kind.LANGUAGE, value) for value in _LANGUAGE_NULLS]
    return st.sampled_from(pairs)


def _attribute(nulls: bool, below: st.SearchStrategy[dict[str, Instances]]) -> st.SearchStrategy[Attribute]:
    null = [NULL] if nulls else []
    return st.builds(
        lambda content, dataset_id, observed_at, unit_code, attributes: Attribute(
            kind=content[0],
            value=content[1],
            dataset_id=dataset_id,
            observed_at=observed_at,
            unit_code=unit_code,
            attributes=attributes,
        ),
        _contents(nulls),
        st.sampled_from(_DATASETS),
        st.sampled_from([None, "2026-01-01T00:00:00Z", *null]),
        st.sampled_from([None, "CEL", "MTR", *null]),
        below,
    )


def _attributes(nulls: bool, below: st.SearchStrategy[dict[str, Instances]]) -> st.SearchStrategy[dict[str, Instances]]:
    instances = st.lists(_attribute(nulls, below), min_size=1, max_size=2, unique_by=lambda each: each.dataset_id)
    in_order = instances.map(lambda found: tuple(sorted(found, key=lambda each: each.dataset_id is not None)))
    return st.dictionaries(_NAMES, in_order, max_size=2)


def _entities(nulls: bool) -> st.SearchStrategy[Entity]:
    null = [(NULL,)] if nulls else []
    return st.builds(
        lambda types, scopes, attributes: Entity(id=ID, types=types, scopes=scopes, attributes=attributes),
        st.sampled_from([("T",), ("U",), ("T", "U"), *([()] if nulls else [])]),
        st.sampled_from([None, ("/A",), ("/A", "/B"), *null]),
        _attributes(nulls, _attributes(nulls, st.just({}))),
    )


WHOLE = _entities(nulls=False)
"""Whole entities."""
FRAGMENTS = _entities(nulls=True)
"""Parts of entities, which may say what to delete."""
