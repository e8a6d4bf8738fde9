"""Which municipality a record belongs to, where the file has no column for it that can be trusted."""

from __future__ import annotations

from moyai.errors import BadRequestData
from moyai.intake.region import Municipality, Region
from moyai.intake.rows import Row


def by_address(row: Row, region: Region, given: str | None, *, address: str, said: str = "") -> Municipality | None:
    """The municipality of the address; ``said``: the column that names one too, compared and reported.

    Raises BadRequestData where the whole file was said to be of one town and this row is of another.
    """
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
    if given is not None and town is not None and town.code != given:
        raise BadRequestData(
            f"{row.number}行目の住所「{text}」は{town.name}で、{region.by_code[given].name}（{given}）ではありません。"
            "何も取り込んでいません。県全体のファイルなら団体コードを指定しないでください。"
        )
    if town is None and given is None:
        row.say("no-municipality", address, text, region.prefecture.name)
    return town if given is None else region.by_code[given]


def check_position(row: Row, position: tuple[float, float] | None, town: Municipality | None, region: Region) -> None:
    """Whether the position lies in the municipality of the address."""
    if town is not None:
        row.check_place(position, town, region)
