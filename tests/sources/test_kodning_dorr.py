"""A coding is held to the code frame at the door: each fault is told to the coder by its row."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dagster_project.coding import workbook
from dagster_project.deliveries import intake
from dagster_project.sources import all_sources

SOUND = {
    "Beslut": "tillagd",
    "Typ": "uppgift",
    "Område": "0",
    "Förekomst": "angivet",
    "Rad från": "12",
    "Kodare": "AB",
    "Kodningsdatum": "2020-02-14",
    "Kodram": "2",
    "Region": "Halland",
    "Överenskommelse": "gnv_2019",
    "Period": "2019-01",
    "Kodblad": "13/gnv_2019/AB",
}


def judged(tmp_path: Path, *rows: dict[str, str]) -> tuple[list[tuple[int | None, str, str]], int, list[str]]:
    """Per finding its row, kind and column, how many rows are accepted, and what is said."""
    path = tmp_path / "kodning_Halland_gnv_2019_AB.csv"
    headings = [k.rubrik for k in workbook.coders_format().kolumner]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, headings, delimiter=";")
        out.writeheader()
        out.writerows(SOUND | row for row in rows)
    _, verdict, _ = intake.check(all_sources()["kodning"], path, tmp_path / "granskning")
    found = [(a.rad, a.kod, a.kolumn or "") for a in verdict.anmarkningar]
    return sorted(found, key=lambda f: f[0] or 0), verdict.godkanda, [a.meddelande for a in verdict.anmarkningar]


#: The faults that a faulty sheet once brought into a publication, and the rest of their kind.
FAULTS = [
    ({"Fält": "har_malbild_eller_strategi", "Värde": "jajamän"}, "varde_utanfor", "Värde"),
    ({"Fält": "tre_dagar_hogst", "Värde": "190"}, "varde_for_hogt", "Värde"),
    ({"Fält": "antal_taktiska_grupper", "Värde": "tretton stycken"}, "varde_inget_tal", "Värde"),
    ({"Fält": "gemensam_nämnd_finns", "Värde": "ja"}, "falt_okant", "Fält"),
    ({"Typ": "insats", "Område": "4", "Text": "x", "Status": "infört"}, "omrade_okant", "Område"),
    ({"Typ": "insats", "Text": "x", "År från": "20199"}, "orimligt_ar_fran", "År från"),
    ({"Typ": "insats", "Text": "x", "År från": "2019", "År till": "2017"}, "ar_i_fel_ordning", "År till"),
    ({"Typ": "insats", "Text": "x", "Tema": "samverkan;hittepå"}, "tema_okant", "Tema"),
    ({"Fält": "gemensam_namnd", "Värde": "ja", "Kodningsdatum": "2015-01-01"}, "kodad_fore_rapporten", "Kodningsdatum"),
    ({"Fält": "strategi_beslutad_ar", "Värde": "20199"}, "varde_ingen_tid", "Värde"),
    ({"Fält": "rapporterar_manadsvis_fran", "Värde": "mars 2019"}, "varde_ingen_tid", "Värde"),
    ({"Typ": "täckning", "Fält": "hittepå"}, "falt_okant", "Fält"),
    ({"Typ": "kostnad", "Fält": "mutor", "Kostnadsstatus": "anges inga"}, "falt_okant", "Fält"),
]


@pytest.mark.parametrize(("row", "kind", "column"), FAULTS, ids=lambda v: v if isinstance(v, str) else "")
def test_a_fault_is_refused_by_its_row(tmp_path: Path, row: dict[str, str], kind: str, column: str) -> None:
    sound = [{"Fält": f, "Värde": "ja"} for f in ("gemensam_namnd", "kommunberedning", "programkontor")]
    if row.get("Fält") == "gemensam_namnd":
        sound = sound[1:]
    found, accepted, said = judged(tmp_path, *sound, row)
    assert found == [(len(sound) + 2, kind, column)]
    assert accepted == len(sound)
    assert len(said) == 1


def test_an_end_before_its_beginning(tmp_path: Path) -> None:
    rows = [{"Fält": "strategi_fran", "Värde": "2017"}, {"Fält": "strategi_till", "Värde": "2010"}]
    assert judged(tmp_path, *rows)[0] == [(3, "slut_fore_borjan", "Värde")]


def test_what_the_frame_allows_is_taken(tmp_path: Path) -> None:
    rows = [
        {"Fält": "strategi_fran", "Värde": "2017"},
        {"Fält": "strategi_till", "Värde": "2025"},
        {"Fält": "tre_dagar_lagst", "Värde": "84"},
        {"Fält": "mobila_team_bemanning", "Värde": "primarvard;kommun"},
        {"Fält": "kostnad_total_kr", "Värde": "1 250 tkr"},
        {"Fält": "vision", "Värde": "Vad som helst"},
        {"Fält": "gemensam_namnd", "Förekomst": "ej funnet", "Beslut": "bekräftad"},
        {"Typ": "kostnad", "Fält": "prognos", "Kostnad kr": "5000", "Kostnadsstatus": "belopp"},
        {"Typ": "täckning", "Fält": "glesbygd", "Värde": "besvarad"},
        {"Beslut": "", "Fält": "okänt men utan beslut", "Kodningsdatum": ""},
    ]
    assert judged(tmp_path, *rows)[:2] == ([], len(rows))


def test_the_areas_are_those_of_the_agreement(tmp_path: Path) -> None:
    four = {"Typ": "insats", "Text": "x", "Status": "infört", "Område": "4"}
    under_2020 = {
        "Överenskommelse": "gnv_2020",
        "Period": "2020-01",
        "Kodblad": "13/gnv_2020/AB",
        "Kodningsdatum": "2021-02-14",
    }
    assert judged(tmp_path, four | under_2020)[0] == []
