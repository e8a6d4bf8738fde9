from __future__ import annotations

import pytest

from moyai.errors import BadRequestData
from moyai.model import municipality

CODES = ["011002", "131016", "300004", "302015", "302040", "304280", "473821"]
"""札幌市、千代田区、和歌山県、和歌山市、有田市、串本町、与那国町"""


@pytest.mark.parametrize("code", CODES)
def test_codes_of_real_municipalities(code: str) -> None:
    assert municipality.is_valid_code(code)
    assert municipality.check_digit(code[:5]) == code[5]
    assert municipality.validated_code(code) == code


def test_the_last_digit_of_ten_is_nought_and_of_eleven_one() -> None:
    assert municipality.check_digit("01000") == "6"
    assert {municipality.check_digit(f"{n:05}") for n in range(60)} == set("0123456789")


@pytest.mark.parametrize("code", CODES)
def test_one_wrong_digit_is_seen(code: str) -> None:
    for place in range(5):
        wrong = code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]
        assert not municipality.is_valid_code(wrong)


@pytest.mark.parametrize(
    ("code", "reason"),
    [("30204", "半角数字6桁"), ("３０２０４０", "半角数字6桁"), ("30204x", "半角数字6桁"), ("302041", "302040")],
)
def test_what_is_no_code_is_refused_with_its_reason(code: str, reason: str) -> None:
    assert not municipality.is_valid_code(code)
    with pytest.raises(BadRequestData, match=reason):
        municipality.validated_code(code)


def test_the_prefecture_of_a_municipality() -> None:
    assert [municipality.prefecture_code(code) for code in ("302040", "300004", "131016")] == [
        "300004",
        "300004",
        "130001",
    ]
