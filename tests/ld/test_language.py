from __future__ import annotations

import pytest

from moyai.ld import language

STREET = {"fr": "Grand Place", "nl": "Grote Markt", "en-US": "Main Square"}


@pytest.mark.parametrize(
    ("wanted", "served"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr;q=0.2,nl;q=0.9", "nl"),
        ("nl-BE", "nl"),
        ("en", "en-US"),
        ("ja, nl", "nl"),
        ("ja, *", "fr"),
        ("pt", "fr"),
        ("fr;q=0, nl", "nl"),
        ("fr;q=x", "fr"),
        ("", "fr"),
    ],
)
def test_the_language_served_is_the_best_of_those_there_are(wanted: str, served: str) -> None:
    assert language.best(STREET, wanted) == served


def test_where_none_fits_what_is_in_no_language_serves() -> None:
    assert language.best({"fr": "x", "@none": "y"}, "ja") == "@none"
