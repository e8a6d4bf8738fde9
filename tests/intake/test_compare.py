"""Two states of the same data."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from moyai.intake import compare
from moyai.intake.compare import Changed


def entity(identifier: str, **values: object) -> dict[str, Any]:
    attributes = {name: {"type": "Property", "value": value} for name, value in values.items()}
    return {"id": identifier, "type": "T", **attributes}


def test_what_was_added_changed_removed_and_left_alone() -> None:
    found = compare.difference(
        [entity("a", n=1), entity("b", n=1, m=1), entity("c")], [entity("a", n=1), entity("b", n=2, k=1), entity("d")]
    )
    assert found.added == ("d",)
    assert found.changed == (Changed("b", ("n", "m", "k")),)
    assert found.removed == ("c",)
    assert found.unchanged == 1


_states = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2)).map(
    lambda state: [entity(key, n=value) for key, value in state.items()]
)


@settings(deadline=None)
@given(_states, _states)
def test_every_record_is_counted_once(current: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    found = compare.difference(current, new)
    assert len(found.added) + len(found.changed) + found.unchanged == len(new)
    assert len(found.removed) + len(found.changed) + found.unchanged == len(current)


@settings(deadline=None)
@given(_states)
def test_the_same_differs_in_nothing(state: list[dict[str, Any]]) -> None:
    found = compare.difference(state, state)
    assert (found.added, found.changed, found.removed, found.unchanged) == ((), (), (), len(state))
