"""The 36 ways in which Region Halland's file trips a reader (``report_structure.md``, section 5): where each is tested, or why it is not handled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import test_nulagesrapport as main

from dagster_project.deliveries import intake
from dagster_project.sources import all_sources
from dagster_project.sources.nulagesrapport import blocks, lines, segments_of
from dagster_project.sources.nulagesrapport.blocks import Block
from dagster_project.sources.nulagesrapport.forslag import Forslag
from dagster_project.sources.nulagesrapport.proposals import propose
from dagster_project.sources.nulagesrapport.rules import find_heading, rules
from examples.generators import nulagesrapport as made

#: number → the tests of it, in test_nulagesrapport unless they are here
TESTED = {
    1: ["test_six_documents_with_their_bounds"],
    2: ["test_six_documents_with_their_bounds"],
    3: ["test_another_agreement_in_the_file_is_remarked_on"],
    4: ["test_nothing_is_cited_outside_the_report", "test_repeated_statements_point_to_the_first"],
    5: ["test_six_documents_with_their_bounds"],
    6: ["test_six_documents_with_their_bounds"],
    7: ["test_lists_whose_glyphs_are_lost"],
    8: ["test_lists_whose_glyphs_are_lost"],
    9: ["test_where_paragraphs_end"],
    10: ["test_headings_and_areas"],
    11: ["test_an_area_by_its_other_names"],
    12: ["test_sentences_cut_by_a_page_end"],
    13: ["test_footnotes_and_their_marks"],
    14: ["test_page_numbers_links_and_footnotes_stand_beside_the_text", "test_sentences_cut_by_a_page_end"],
    15: ["test_page_numbers_links_and_footnotes_stand_beside_the_text"],
    17: ["test_facts_and_results_as_printed"],
    18: ["test_hyphens"],
    19: ["test_hyphens"],
    20: ["test_spelling_errors_are_read_and_kept", "test_no_word_is_lost_and_the_verbatim_text_is_untouched"],
    21: ["test_headings_and_areas", "test_an_area_by_its_other_names"],
    22: ["test_landsting_and_region_skl_and_skr_are_one"],
    23: ["test_a_negated_demand_is_no_measure"],
    24: ["test_amounts"],
    25: ["test_amounts"],
    26: ["test_amounts"],
    27: ["test_amounts"],
    28: ["test_the_range_is_taken_out_once_with_its_comparison"],
    29: ["test_the_range_is_taken_out_once_with_its_comparison", "test_no_amount_and_costs_in_the_states_stated"],
    30: ["test_facts_and_results_as_printed"],
    31: ["test_relative_time_is_not_made_into_a_year"],
    32: ["test_no_amount_and_costs_in_the_states_stated"],
    33: ["test_facts_and_results_as_printed"],
    34: ["test_what_the_report_does_not_say_is_not_filled_in"],
    35: ["test_facts_and_results_as_printed"],
    36: ["test_persons_are_masked", "test_persons_are_found_in_the_source_documents_and_nothing_else_is_hidden"],
}
NOT_HANDLED = {
    16: "The broken tables, the two interleaved columns and the diagram stand in the agreement, and only status reports give rows; the "
    "agreement's amounts are seeds. Tables of a report are kept row by row in docx and xlsx; in txt and pdf they are text.",
}


def test_each_of_the_36_is_tested_or_named() -> None:
    assert TESTED.keys() | NOT_HANDLED.keys() == set(range(1, 37))
    amounts = {"test_amounts"}  # tests/deliveries/test_amounts.py
    for names in TESTED.values():
        assert all(name in amounts or hasattr(main, name) or name in globals() for name in names), names


@pytest.fixture(scope="module")
def halland(shared: Path) -> Path:
    [path] = (shared / "source_documents").glob("001_*.txt")
    return path


@pytest.fixture(scope="module")
def all_blocks(halland: Path) -> list[Block]:
    return blocks.build(lines.read(halland))


@pytest.fixture(scope="module")
def proposals(halland: Path) -> list[Forslag]:
    [report] = [s for s in segments_of(halland) if s.rapport]
    return propose(report)


def at(found: list[Block], line: int) -> Block:
    return next(b for b in found if b.rad <= line <= b.rad_till)


def test_another_agreement_in_the_file_is_remarked_on(halland: Path, tmp_path: Path) -> None:
    """The minutes promise the agreement God och nära vård among the enclosures; the file holds the queue money's."""
    _, verdict, _ = intake.check(all_sources()["nulagesrapport"], halland, tmp_path)
    assert verdict.bedomning == "godkand_med_anmarkning"
    found = [
        (a.rad, a.forvantat, str(a.hittat)[-16:]) for a in verdict.anmarkningar if a.kod == "annan_overenskommelse"
    ]
    assert found == [(1233, "gnv_2019", "(komiljard_2019)"), (1289, "gnv_2019", "(komiljard_2019)")]


def test_where_paragraphs_end(all_blocks: list[Block]) -> None:
    """Empty lines between the lines of a paragraph do not end it; a heading without a gap does. Of L1166 and L1168 nothing in the text
    tells that they are two: they stand in one block, and sentences, which proposals rest on, are told apart all the same."""
    assert (at(all_blocks, 478).rad, at(all_blocks, 478).rad_till) == (478, 486)
    assert [at(all_blocks, line).slag for line in (969, 971)] == ["stycke", "rubrik"]
    assert at(all_blocks, 1166) == at(all_blocks, 1168)


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("Omställning till god och nära vård", 1),
        ("Redovisning – Omställning till en god och nära vård", 1),
        ("Redovisning- Genomförda och pågående insatser för införandet av patientkontrakt", 3),
        ("Förbättra och utveckla tillgängligheten i primärvården", 2),
        ("Förbättra och utveckla tillgänglighet i primärvården", 2),
        ("PATIENTKONTRAKT OCH ANDRA SÄTT ATT FRÄMJA SAMORDNING, SAMVERKAN OCH ÖKAD DELAKTIGHET.", 3),
        ("Samordning− fast vårdkontakt– person med samordningsansvar", 3),
    ],
)
def test_an_area_by_its_other_names(name: str, area: int) -> None:
    found = find_heading(name)
    assert found is not None
    assert found.omrade == area


#: Two lines of the report, and whether they are of one block.
CUT = {
    (595, 596): False,
    (666, 667): True,
    (812, 813): True,
    (1227, 1228): True,
    (1271, 1272): True,
    (1335, 1336): True,
    (1683, 1684): True,
    (1733, 1742): True,
}


def test_sentences_cut_by_a_page_end(all_blocks: list[Block]) -> None:
    """The sentence over L508 and L519 ends its first line with a semicolon and stays two blocks; the fact in it is read all the same."""
    assert {(first, second): at(all_blocks, first) == at(all_blocks, second) for first, second in CUT} == CUT


def test_footnotes_and_their_marks(all_blocks: list[Block]) -> None:
    cut = at(all_blocks, 1458)
    assert (cut.rad, cut.rad_till) == (1450, 1465)
    text = " ".join(b.text for b in all_blocks)
    for glued in ("procentenheter.1", "vård.2", "vårdgarantin.3", "vårdgarantin. 4"):
        assert glued not in text


def test_spelling_errors_are_read_and_kept(proposals: list[Forslag]) -> None:
    [scope] = [p for p in proposals if p.typ == "insats" and p.rad == 1143]
    assert scope.omfattning == "I stort sätt har samtliga verksamheter"
    assert find_heading("Breddinförande av webtidbok") == find_heading("Breddinförande av webbtidbok") is not None


def test_landsting_and_region_skl_and_skr_are_one() -> None:
    [skr] = [m.monster for m in rules().listor["part"] if m.kod == "skr"]
    assert skr.search("enligt SKL:s utdataverktyg")
    assert skr.search("i dialog med SKR")


def test_a_negated_demand_is_no_measure(proposals: list[Forslag]) -> None:
    assert [p for p in proposals if p.typ == "insats" and p.rad is not None and 955 <= p.rad <= 957] == []


def test_relative_time_is_not_made_into_a_year(proposals: list[Forslag]) -> None:
    """ "Under året", "nyligen": the report's date would only suggest which year; the field stays empty for the analyst."""
    [during] = [p for p in proposals if p.typ == "insats" and p.rad == 725]
    assert "under året" in during.text
    assert (during.ar_fran, during.ar_till) == (None, None)


def test_facts_and_results_as_printed(proposals: list[Forslag]) -> None:
    """Out of a header pair set column by column, number words, and a list that must not be cut at its commas.

    Report structure 3: a figure for area 2 only, words for the two others.
    """
    facts = {p.falt: p.varde for p in proposals if p.typ == "uppgift"}
    printed = {
        "rapport_datum": "2019-09-24",
        "rapport_diarienummer": "RS190971",
        "antal_kommuner": "6",
        "antal_delmal": "5",
        "antal_taktiska_grupper": "3",
        "antal_utmaningar": "7",
        "fokusomraden_i_budget": "kunskapsstyrning hjärtsjukvård, digitalisering, möta fler behov nära och sammanhållen vård",
    }
    assert {k: facts[k] for k in printed} == printed
    results = {p.omrade: (p.resultatstatus, p.varde) for p in proposals if p.typ == "resultat"}
    assert results == {1: ("kvalitativt", ""), 2: ("kvantifierat", "84-90 procent"), 3: ("kvalitativt", "")}


# --- beyond the 36 ----------------------------------------------------------------------------------------------------


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    return tmp_path / "rapport.txt"


def test_recognised_characters_are_taken_in_with_a_mark(made_up: Path, tmp_path: Path) -> None:
    content = [
        (kind, text.translate(str.maketrans("åäöÅÄÖ", "aaoAAO"))) for kind, text in made.stycken(made.RAPPORTER[2])
    ]
    made.write_txt(made_up, content)
    _, verdict, _ = intake.check(all_sources()["nulagesrapport"], made_up, tmp_path / "granskning")
    assert verdict.bedomning == "godkand_med_anmarkning"
    [mark] = [a for a in verdict.anmarkningar if a.kod == "tolkad_text"]
    assert mark.meddelande == (
        "Texten verkar vara maskinellt tolkad (OCR): å, ä och ö saknas nästan helt. Den tas emot, men leverera hellre originalet."
    )


def test_a_goal_is_no_result_and_an_amount_is_read_in_whole_kronor(made_up: Path) -> None:
    goal = replace(
        made.RAPPORTER[0],
        vardgaranti="Målet är att 95 procent av patienterna får en bedömning inom tre dagar.",
        kostnad=("Kostnaden för patientkontrakt uppgår till 2,5 mnkr.",),
    )
    made.write_txt(made_up, list(made.stycken(goal)))
    [report] = segments_of(made_up)
    found = propose(report)
    assert {p.omrade: p.resultatstatus for p in found if p.typ == "resultat"} == dict.fromkeys((1, 2, 3), "ej_angivet")
    assert {(p.omrade, p.kostnadsstatus, p.kostnad_kr) for p in found if p.typ == "kostnad"} == {
        (1, "ej_angivet", None),
        (2, "ej_angivet", None),
        (3, "belopp", 2_500_000),
    }
