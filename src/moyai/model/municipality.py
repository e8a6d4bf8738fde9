"""The local government code (全国地方公共団体コード): six digits, the last a check digit.

Source: 総務省「全国地方公共団体コード」仕様: the check digit is 11 minus the remainder by 11 of the sum of the first
five digits weighted 6, 5, 4, 3, 2, of which the last digit is taken.
"""

from __future__ import annotations

from moyai.errors import BadRequestData

_WEIGHTS = (6, 5, 4, 3, 2)


def check_digit(code5: str) -> str:
    """The sixth digit that belongs to five."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, code5, strict=True))
    return str((11 - total % 11) % 10)


def is_valid_code(code: str) -> bool:
    """Whether these are six ASCII digits with the right check digit."""
    return len(code) == 6 and code.isascii() and code.isdigit() and code[5] == check_digit(code[:5])


def validated_code(code: str) -> str:
    """The code itself; raises BadRequestData that says what is wrong."""
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        raise BadRequestData(f"団体コード「{code}」は半角数字6桁ではありません。")
    if code[5] != check_digit(code[:5]):
        raise BadRequestData(
            f"団体コード「{code}」の検査数字が正しくありません（{code[:5]}{check_digit(code[:5])} のはずです）。"
        )
    return code


def prefecture_code(code: str) -> str:
    """The code of the prefecture that a municipality's code belongs to: 302040 → 300004."""
    code5 = f"{code[:2]}000"
    return code5 + check_digit(code5)
