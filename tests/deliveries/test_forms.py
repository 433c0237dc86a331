"""Requisitions and economic reports through the door: amounts as they are written, faults with the message that the sender gets."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from dagster_project.deliveries import door
from dagster_project.reading import sidecar
from dagster_project.sources import all_sources

HEADING = [
    "Bidragsmottagare",
    "Organisationsnummer",
    "Kontaktperson",
    "E-postadress",
    "Regeringskansliets diarienummer för bakomliggande överenskommelse",
    "Regeringskansliets diarienummer för regeringsbeslut avseende utbetalning",
    "Överenskommelsens benämning",
    "Summa bidrag enligt överenskommelsen",
    "Summa bidrag som utbetalats från Kammarkollegiet",
    "Period som den ekonomiska redovisningen avser",
    "Bidrag som erhållits Kammarkollegiet",
    "Summa kostnader",
    "Medel som inte har förbrukats (Bidrag – kostnader)",
    "Ekonomichefens granskning",
    "Avvikelser och åtgärder",
    "Datum",
    "Underskrift",
]
GOOD = [
    "SKR",
    "000000-0000",
    "Påhittad Person",
    "pahittad@example.org",
    "19/00761",
    "",
    "komiljard_2019",
    "1 000 000 kr",
    "1 000 000 kr",
    "2019",
    "1 mnkr",
    "999\u00a0000",
    "1 000 kronor",
    "Alt 1",
    "",
    "2020-03-01",
    "ja",
]


def judge(tmp_path: Path, agreement: str | None = None, period: str = "2019", **changes: str) -> Any:
    row = dict(zip(HEADING, GOOD, strict=True)) | changes
    path = tmp_path / "PAHITTAD_redovisning.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADING, list(row.values())])
    work = tmp_path / "arbete"
    work.mkdir()
    return door.judge(
        all_sources()["ekonomisk_redovisning"], path, sidecar.Sidofil(period=period, overenskommelse=agreement), work
    )


def messages(verdict: Any) -> list[tuple[str, str]]:
    return [(a.niva.value, a.meddelande) for a in verdict.anmarkningar]


def test_amounts_are_read_in_any_unit_and_contacts_stay_behind(tmp_path: Path) -> None:
    verdict = judge(tmp_path)
    assert messages(verdict) == []
    source = all_sources()["ekonomisk_redovisning"]
    with verdict.open() as con:
        raw = con.execute(source.tables(verdict.format)["blanketter"]).df()
    [row] = raw.to_dict("records")
    assert (row["mottagare"], row["overenskommelse"]) == ("skr", "komiljard_2019")
    assert [(block.respondent, block.overenskommelse) for block in verdict.block] == [("skr", "komiljard_2019")]
    assert (row["erhallet"], row["kostnader"], row["oforbrukat"]) == (1_000_000, 999_000, 1_000)
    assert (row["granskning"], row["undertecknad"]) == ("korrekt", True)
    assert not {"kontaktperson", "e_post", "underskrift"} & set(raw.columns)
    assert "Påhittad" not in str(row)


def test_forms_are_read_from_the_first_agreement_on(tmp_path: Path) -> None:
    form = {
        "Bidragsmottagare": "Region Gotland",
        "Regeringskansliets diarienummer för bakomliggande överenskommelse": "S2016/00428/FS",
        "Överenskommelsens benämning": "professionsmiljarden_2016",
        "Period som den ekonomiska redovisningen avser": "2016",
    }
    verdict = judge(tmp_path, period="2016", **form)
    assert [level for level, _ in messages(verdict) if level == "fel"] == []
    assert (verdict.godkanda, [block.overenskommelse for block in verdict.block]) == (1, ["professionsmiljarden_2016"])


@pytest.mark.parametrize(
    ("column", "cell", "level", "said"),
    [
        ("Summa kostnader", "-5 000", "fel", "-5 000 i kolumnen Summa kostnader är negativt."),
        (
            "Summa kostnader",
            "999 000,50",
            "fel",
            "999 000,50 i kolumnen Summa kostnader är inte ett belopp i hela kronor.",
        ),
        (
            "Summa kostnader",
            "1 61000 000",
            "fel",
            "1 61000 000 i kolumnen Summa kostnader är flera tal, eller ett tal som inte är grupperat i tusental. Skriv ett tal i varje cell.",
        ),
        (
            "Överenskommelsens benämning",
            "Påhittad 2019",
            "fel",
            "Påhittad 2019 är inte ett tillåtet svar i kolumnen Överenskommelsens benämning.",
        ),
        (
            "Period som den ekonomiska redovisningen avser",
            "2018",
            "fel",
            "Blanketten avser 2018, ett annat år än det som filen med uppgifter om leveransen anger.",
        ),
        (
            "Medel som inte har förbrukats (Bidrag – kostnader)",
            "2 000",
            "anmarkning",
            "Medlen som inte har förbrukats (2000) är inte bidraget minus kostnaderna.",
        ),
        ("Underskrift", "", "anmarkning", "Blanketten är inte undertecknad."),
        ("Ekonomichefens granskning", "", "anmarkning", "Ekonomichefens granskning saknas."),
        (
            "Ekonomichefens granskning",
            "Alt 2",
            "anmarkning",
            "Ekonomichefen bedömer inte redovisningen som korrekt, men avvikelser och åtgärder är inte redovisade.",
        ),
        (
            "Regeringskansliets diarienummer för bakomliggande överenskommelse",
            "",
            "anmarkning",
            "Diarienumret för överenskommelsen saknas.",
        ),
    ],
)
def test_a_fault_is_told_in_words(tmp_path: Path, column: str, cell: str, level: str, said: str) -> None:
    assert (level, said) in messages(judge(tmp_path, **{column: cell}))


NOT_ASKED = "Överenskommelsen {} begär ingen leverans av det här slaget från {} för 2019. Leveransen tas emot, men kontrollera överenskommelse och period."


@pytest.mark.parametrize(
    ("changes", "agreement", "who", "asked"),
    [
        ({"Överenskommelsens benämning": "gnv_2020"}, "gnv_2020", "SKR", "gnv_2020 (2020)"),
        ({"Överenskommelsens benämning": "gnv_2019"}, "gnv_2019", "SKR", "komiljard_2019 (2019)"),
        ({"Bidragsmottagare": "Region Halland"}, "komiljard_2019", "regionerna", "gnv_2020 (2020)"),
        ({"Bidragsmottagare": "RSS i Hallands län"}, "komiljard_2019", "RSS", "gnv_2020 (2020)"),
    ],
)
def test_a_report_for_an_agreement_that_is_not_due(
    tmp_path: Path, changes: dict[str, str], agreement: str, who: str, asked: str
) -> None:
    verdict = judge(tmp_path, **changes)
    assert messages(verdict) == [("anmarkning", NOT_ASKED.format(agreement, who))]
    [remark] = verdict.anmarkningar
    assert (remark.kolumn, remark.hittat) == ("overenskommelse", agreement)
    assert asked in str(remark.forvantat).split(", ")
    assert verdict.godkanda == 1


def test_the_sidecar_and_the_form_name_the_same_agreement(tmp_path: Path) -> None:
    verdict = judge(tmp_path, agreement="gnv_2020")
    assert messages(verdict) == [
        ("fel", "Raden gäller en annan överenskommelse än den som filen med uppgifter om leveransen anger.")
    ]
    assert verdict.avvisad


def test_an_agreement_that_nobody_follows_up(tmp_path: Path) -> None:
    verdict = judge(tmp_path, agreement="gnv_2031")
    assert messages(verdict) == [
        ("fel", "Överenskommelsen i filen med uppgifter om leveransen finns inte bland dem som följs upp.")
    ]
    assert verdict.avvisad
