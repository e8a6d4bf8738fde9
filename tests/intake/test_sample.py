"""The sample region's files: whole, in order, and each with its licence and credit."""

from __future__ import annotations

from importlib.resources import files

from intake.wakayama import REGION, content
from moyai.intake import sample
from moyai.intake.importing import DATASETS


def test_the_index_names_the_lists_of_all_municipalities_in_the_order_of_their_codes() -> None:
    every = list(sample.index())
    assert [file.town for file in every if file.dataset == "evacuation-sites"] == list(REGION.by_code)
    assert {file.dataset for file in every} == set(DATASETS)
    assert all(not file.town for file in every if file.dataset != "evacuation-sites")


def test_every_file_has_content_a_title_a_licence_and_a_credit() -> None:
    for file in sample.index():
        assert file.content == content(file.path)
        assert file.title and file.credit and file.source.startswith("https://")
        assert file.licence == "CC BY 4.0"


def test_every_file_that_is_carried_is_in_the_licences() -> None:
    folder = files("moyai").joinpath("sample", "wakayama")
    licences = folder.joinpath("LICENCES.md").read_text(encoding="utf-8")
    carried = [f"{part.name}/{file.name}" for part in folder.iterdir() if part.is_dir() for file in part.iterdir()]
    assert len(carried) == 35
    assert [path for path in carried if f"| {path} |" not in licences] == []
    assert "boundaries.geojson" in licences


def test_the_boundaries_are_small_enough_to_be_served_at_once() -> None:
    assert len(content("boundaries.geojson")) < 300_000
