"""Which municipality a record belongs to, where the file has no column for it that can be trusted."""

from __future__ import annotations

import re

from moyai.intake.region import Municipality, Region
from moyai.intake.rows import Row

_PREFECTURE = re.compile(
    "北海道|東京都|(?:京都|大阪)府|"
    "(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|"
    "三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県"
)
"""How an address that names its prefecture begins."""


def by_address(row: Row, region: Region, given: str | None, *, address: str, said: str = "") -> Municipality | None:
    """The municipality of the address; ``said``: the column that names one too, compared and reported.

    ``given``: of whom the whole file is; a row of it that lies in another municipality stays with its file.
    """
    doubt_other_prefecture(row, region, address)
    text = row.cell(address)
    town = region.of_address(text)
    named = region.of_address(row.cell(said)) if said else None
    if town is None and named is not None:
        row.say(
            "assigned-municipality", said, row.cell(said), named.name, f"住所「{text}」からは分からず、{said}から。"
        )
        town = named
    elif town is not None and named is not None and named is not town:
        message = f"住所は{town.name}、{said}は{named.name}です。住所に従いました。"
        row.say("municipality-disagrees", said, row.cell(said), town.name, message)
    if given is None:
        if town is None:
            row.say("no-municipality", address, text, region.prefecture.name)
        return town
    whose = region.by_code[given]
    if town is not None and town is not whose:
        message = f"住所は{town.name}です。{whose.name}のファイルなので、{whose.name}の記録としました。"
        row.say("municipality-disagrees", address, text, whose.name, message)
    return whose


def doubt_other_prefecture(row: Row, region: Region, address: str) -> None:
    """An address that begins with the name of another prefecture is no mistake of a town's, and no town's here."""
    text = row.cell(address)
    if there := other_prefecture(text, region):
        message = f"住所は{there}で、{region.prefecture.name}ではありません。記録の場所を確かめてください。"
        row.say("other-prefecture", address, text, text, message)


def other_prefecture(address: str, region: Region) -> str:
    """The name of the prefecture that an address begins with, where it is not the region's; else nothing."""
    there = _PREFECTURE.match(address)
    return there[0] if there and there[0] != region.prefecture.name else ""


def named(row: Row, region: Region, *columns: str) -> Municipality | None:
    """The municipality that the first of the columns names which names one."""
    return next((town for column in columns if (town := region.of_address(row.cell(column)))), None)


def check_position(row: Row, position: tuple[float, float] | None, town: Municipality | None, region: Region) -> None:
    """Whether the position lies in the municipality of the address."""
    if town is not None:
        row.check_place(position, town, region)
