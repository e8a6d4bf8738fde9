from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moyai.query import moments


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23T09:00:00Z", "2026-11-23T09:00:00.000000"),
        ("2026-11-23T09:00:00.5Z", "2026-11-23T09:00:00.500000"),
        ("2026-11-23T09:00:00,25Z", "2026-11-23T09:00:00.250000"),
        ("2026-11-23T18:00:00+09:00", "2026-11-23T09:00:00.000000"),
        ("2026-11-23", "2026-11-23"),
        ("09:00:00Z", "T09:00:00.000000"),
        ("09:00:00.1234567Z", "T09:00:00.123456"),
        ("2026-11-23T09:00", "2026-11-23T09:00:00.000000"),
        ("2026-11-23T09:00+09:00", "2026-11-23T00:00:00.000000"),
        ("09:00", "T09:00:00.000000"),
        ("09:00+09:00", "T00:00:00.000000"),
        ("01:00+09:00", "T16:00:00.000000"),
    ],
)
def test_one_moment_has_one_text(text: str, moment: str) -> None:
    assert moments.of(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-13-01",
        "2026-02-30T00:00:00Z",
        "25:00:00Z",
        "0737-83-1111",
        "12:3",
        "urn:x:1",
        "２０２６-11-23",
        "9" * 50,
    ],
)
def test_other_texts_mean_no_moment(text: str) -> None:
    assert moments.of(text) is None


def test_a_moment_outside_the_calendar_is_none() -> None:
    assert moments.of("0001-01-01T00:00:00+09:00") is None


def test_only_a_date_time_is_an_instant() -> None:
    assert moments.instant("2026-11-23T09:00:00Z") == "2026-11-23T09:00:00.000000"
    with pytest.raises(ValueError, match="DateTime"):
        moments.instant("2026-11-23")


def test_now_is_an_instant_close_to_the_clock() -> None:
    found = datetime.fromisoformat(moments.now()).replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - found) < timedelta(seconds=5)


_zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_times = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=_zones)


@given(_times, _times)
def test_text_sorts_as_time_does(first: datetime, second: datetime) -> None:
    texts = [moments.of(each.isoformat()) for each in (first, second)]
    assert None not in texts
    assert (texts[0] < texts[1]) == (first < second)  # type: ignore[operator]
    assert (texts[0] == texts[1]) == (first == second)
