"""Wrong answers and files of the indicator sources: what the door says, in whole sentences, and what it does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from kolada_svar import ADDRESS, entry, page

from dagster_project.deliveries import intake
from dagster_project.sources import all_sources

K = "N79173"


def answer(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"values": list(entries), "count": len(entries), "next_url": None}


def sdb(*rows: tuple[int, int, str]) -> dict[str, Any]:
    data = [{"mattId": m, "ar": 2020, "regionId": 0, "konId": 3, "alderId": a, "varde": v} for m, a, v in rows]
    return {"data": data, "sidor": 1, "nasta_sida": None}


CASES: dict[str, tuple[str, str, Any, str]] = {
    "page missing in the middle": (
        "kolada", "fil.json", [page([entry(K, "0001", 2019, 9.0)], 1, 3), page([entry(K, "0003", 2019, 9.0)], 3, 3)],
        "Svaret är ofullständigt: sida 2 saknas mellan sida 1 och sida 3. Hämta svaret igen i sin helhet.",
    ),
    "error message saved": (
        "kolada", "fil.json", {"detail": "Not found"},
        "Filen är inte ett sparat svar med värden. Är det ett felmeddelande från källan?",
    ),
    "cut off": ("kolada", "fil.json", '{"values": [', "Filen är inte JSON, eller är avbruten. Hämta svaret igen."),
    "unknown key figure": (
        "kolada", "fil.json", answer(entry("N99999", "0003", 2019, 9.0), entry(K, "0004", 2019, 9.0)),
        "Måttet N99999 i kolumnen kpi finns inte i indikatorkatalogen. Kontrollera beteckningen.",
    ),
    "county merged long ago": (
        "kolada", "fil.json", answer(entry(K, "0011", 2019, 9.0), entry(K, "0004", 2019, 9.0)),
        "0011 är ett län eller landsting som har upphört. Uppgifter för det ingår inte i uppföljningen.",
    ),
    "two values in one answer": (
        "kolada", "fil.json", answer(entry(K, "0003", 2019, 9.0), entry(K, "0003", 2019, 8.0), entry(K, "0004", 2019, 9.0)),
        "Samma nyckeltal, region, år och kön har flera olika värden i leveransen. Inget av dem används.",
    ),
    "fraction for percent": (
        "kolada", "fil.json", answer(entry(K, "0003", 2019, 0.72), entry(K, "0004", 2019, 0.5)),
        "Värdet 0.72 ser ut att vara en andel mellan 0 och 1. Måttet ska anges i procent.",
    ),
    "filter not used": (
        "sdb", "fil.json", sdb((1, 9, "1 234,5"), (1, 8, "3")),
        "Svaret innehåller flera åldersgrupper för samma region, år och kön. Filtret har inte verkat: kontrollera namnen i adressen.",
    ),
    "some specialties broken": (
        "specialistbevis", "fil.csv", "År;Specialitet;Antal\n2020;Allmänmedicin;100\n2020;Kirurgi;tre\n",
        "1 av 2 rader har fel. Leveransen avvisas i sin helhet.",
    ),
}  # fmt: skip
REMARKS: dict[str, tuple[str, str, Any, str]] = {
    "Kolada's old shape": (
        "kolada", "fil.json", {"values": [entry(K, "0003", 2019, 72.3)], "count": 1, "next_page": None},
        "Svaret har den form som Koladas api v2 gav. Det har lästs, men v2 är nedlagt: hämta med v3.",
    ),
    "sexes beside the total": (
        "kolada", "fil.json",
        answer({"kpi": K, "municipality": "0003", "period": 2019, "values": [
            {"gender": g, "count": 1, "value": v, "isdeleted": False} for g, v in (("T", 72.3), ("F", 70.0), ("M", 71.0))]}),
        "Värdet 72.3 för båda könen stämmer inte med värdena för kvinnor och män. Kontrollera uppgifterna.",
    ),
    "denominator of 0": (
        "vardenisiffror", "fil.csv",
        "Titel;Enhetsnamn;Mätperiod;Värde;Täljare;Nämnare/antal fall\nOplanerade återinskrivningar inom 30 dagar;Skåne;2020;;0;0\n",
        "Nämnaren är 0. Ingen andel kan beräknas.",
    ),
    "a total that is not the sum": (
        "specialistbevis", "fil.csv", "År;Specialitet;Antal\n2020;Allmänmedicin;100\n2020;Kirurgi;300\n2020;Totalt;401\n",
        "Summan 401 är inte summan av specialiteterna. Specialiteternas egen summa används.",
    ),
}  # fmt: skip


def judged(tmp_path: Path, kalla: str, name: str, content: Any) -> Any:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return intake.check(all_sources()[kalla], path, tmp_path / "granskning")[1]


@pytest.mark.parametrize("case", CASES)
def test_errors(case: str, tmp_path: Path) -> None:
    kalla, name, content, said = CASES[case]
    verdict = judged(tmp_path, kalla, name, content)
    assert said in [a.meddelande for a in verdict.anmarkningar if a.niva == "fel"]
    assert verdict.avvisad or verdict.karantan > 0


@pytest.mark.parametrize("case", REMARKS)
def test_remarks_let_the_rows_through(case: str, tmp_path: Path) -> None:
    kalla, name, content, said = REMARKS[case]
    verdict = judged(tmp_path, kalla, name, content)
    assert [(a.niva, a.meddelande) for a in verdict.anmarkningar] == [("anmarkning", said)]
    assert verdict.godkanda == verdict.lasta > 0


def test_pages_are_known_by_their_addresses() -> None:
    from dagster_project.deliveries import answers

    sheet = answers.read(json.dumps(page([entry(K, "0001", 2019, 9.0)], 2, 3)))
    heading, row = sheet.rader[0][1], sheet.rader[1][1]
    cells = dict(zip(heading, row, strict=True))
    assert (cells["fraga"], cells["sida"], cells["nasta_sida"]) == (ADDRESS, "2", "3")
