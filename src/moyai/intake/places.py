"""Which municipality a record belongs to, where the file has no column for it that can be trusted."""

from __future__ import annotations

from moyai.intake.region import Municipality, Region
from moyai.intake.rows import Row

_PREFECTURES = tuple(
    (
        "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県 "
        "石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 "
        "岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県"
    ).split()
)


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
    there = next((each for each in _PREFECTURES if text.startswith(each)), region.prefecture.name)
    if there != region.prefecture.name:
        message = (
            f"住所は{there}で、{region.prefecture.name}ではありません。この県のデータとしてよいか確かめてください。"
        )
        row.say("other-prefecture", address, text, text, message)


def named(row: Row, region: Region, *columns: str) -> Municipality | None:
    """The municipality that the first of the columns names which names one."""
    return next((town for column in columns if (town := region.of_address(row.cell(column)))), None)


def check_position(row: Row, position: tuple[float, float] | None, town: Municipality | None, region: Region) -> None:
    """Whether the position lies in the municipality of the address."""
    if town is not None:
        row.check_place(position, town, region)
