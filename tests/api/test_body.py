from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moyai.api.body import DEEPEST, decoded
from moyai.errors import InvalidRequest

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(JSON, st.booleans(), st.sampled_from([None, 1]))
def test_any_json_is_read_as_it_was_written(document: Any, ascii_only: bool, indent: int | None) -> None:
    content = json.dumps(document, ensure_ascii=ascii_only, indent=indent, separators=(" ,", " : ")).encode()
    assert decoded(content) == document


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"{", "no JSON"),
        (b'{"a":1} x', "no JSON"),
        (b'{"a":1,}', "no JSON"),
        (b'{"a":NaN}', "no JSON"),
        (b'{"a":-Infinity}', "no JSON"),
        (b'{"a":1e999}', "no JSON"),
        (b'{"a":"\\ud800"}', "no JSON"),
        (b'{"a":"\xff"}', "no UTF-8"),
        ('{"a":1}'.encode("utf-16"), "no JSON"),
        (b'{"a":18446744073709551616}', "64 bits"),
        (b'{"a":-9223372036854775809}', "64 bits"),
        (b'{"a":1,"b":2,"a":3}', "'a' stands twice"),
        (b'{"x":[{"a" :1,"a"\n:2}]}', "'a' stands twice"),
        (b'{"a":"\\":","\\u0061":2}', "'a' stands twice"),
        (b'{"a":"\\u0022:","b":1,"b":2}', "'b' stands twice"),
        (b"[" * 100_000, "deeper"),
        (b"[" * 150 + b"]" * 150, "deeper"),
        (b'{"a":' * 150 + b"1" + b"}" * 150, "deeper"),
    ],
)
def test_what_cannot_be_read_or_carried_is_refused(content: bytes, because: str) -> None:
    with pytest.raises(InvalidRequest, match=because):
        decoded(content)


def test_nesting_up_to_the_limit_is_read() -> None:
    assert decoded(b"[" * DEEPEST + b"]" * DEEPEST)
    with pytest.raises(InvalidRequest):
        decoded(b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1))


def test_many_members_beside_one_another_are_not_taken_for_depth() -> None:
    assert len(decoded(json.dumps([{"a": 1}] * 5000).encode())) == 5000


@settings(deadline=None)
@given(JSON, st.text())
def test_a_name_given_twice_is_always_found(value: Any, name: str) -> None:
    member = f"{json.dumps(name)}:{json.dumps(value)}"
    with pytest.raises(InvalidRequest, match="twice"):
        decoded(f'{{"x":[{{{member},"{name.encode().hex()}y":1,{member}}}]}}'.encode())
