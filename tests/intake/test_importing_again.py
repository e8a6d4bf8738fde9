"""A file read again: the same one, one that was edited, sorted or saved by another program."""

from __future__ import annotations

import csv
import io

import pytest

from intake.wakayama import REGION, SITES, content, lists, read
from moyai.intake import compare, importing
from moyai.intake.compare import Difference
from moyai.intake.datasets import evacuation_sites as sites
from moyai.intake.importing import Intake

ARIDA = "302040"
HEADER, *ROWS = csv.reader(io.StringIO(content("evacuation-sites/aridashi.csv").decode("utf-8-sig"), newline=""))


def again(rows: list[list[str]], codec: str = "utf-8", ending: str = "\r\n") -> Intake:
    """有田市's list with these rows."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=ending).writerows([HEADER, *rows])
    return importing.read_file(buffer.getvalue().encode(codec), "aridashi.csv", SITES, REGION, ARIDA)


def difference(after: Intake) -> Difference:
    return compare.difference(again(ROWS).tenants[ARIDA], after.tenants[ARIDA])


def with_cell(row: list[str], column: str, text: str) -> list[str]:
    return [text if index == HEADER.index(column) else cell for index, cell in enumerate(row)]


@pytest.mark.parametrize(
    ("town", "path"),
    [
        (ARIDA, "evacuation-sites/aridashi.csv"),
        ("304271", "evacuation-sites/kitayamamura.csv"),
        ("304280", "evacuation-sites/kushimotocho.csv"),
    ],
)
def test_the_same_bytes_are_the_same_entities_and_the_same_report(town: str, path: str) -> None:
    assert read(path, SITES, town) == lists()[town]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_another_program_s_encoding_and_line_ends_make_no_difference(codec: str, ending: str) -> None:
    assert again(ROWS, codec, ending).tenants == lists()[ARIDA].tenants


def test_another_order_of_rows_changes_nothing() -> None:
    found = difference(again(ROWS[::-1]))
    assert (found.added, found.changed, found.removed, found.unchanged) == ((), (), (), len(ROWS))


def test_a_cell_that_was_edited_changes_its_attribute_and_no_other() -> None:
    edited = [with_cell(ROWS[0], "収容人数", "98765"), *ROWS[1:]]
    found = difference(again(edited))
    assert (found.added, found.removed, found.unchanged) == ((), (), len(ROWS) - 1)
    assert [set(each.attributes) for each in found.changed] in (
        [{"maxCapacity"}],
        [{"maxCapacity", "maxCapacityStatus"}],
    )


def test_rows_put_in_and_taken_out_leave_the_others() -> None:
    new = with_cell(ROWS[5], sites.NAME, "新しい避難所")
    found = difference(again([*ROWS[:5], *ROWS[6:], new]))
    assert (len(found.added), len(found.changed), len(found.removed)) == (1, 0, 1)
    assert found.unchanged == len(ROWS) - 1


def test_a_place_spelt_in_another_width_is_the_same_place() -> None:
    row = ROWS[0]
    wide = row[HEADER.index(sites.NAME)].replace(" ", "　") + "　"
    found = difference(again([with_cell(row, sites.NAME, wide), *ROWS[1:]]))
    assert (found.added, found.removed) == ((), ())
