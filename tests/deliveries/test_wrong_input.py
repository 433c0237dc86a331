"""What a sender can do wrong, and what the report says about it: the place, what was found, what was expected, the words."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import made_files as made
import pytest

from dagster_project.settings import SEEDS

FEL, ANM = "fel", "anmarkning"
AVVISA, RAD, CELL, INGEN, TVEKA = "avvisa", "rad", "cell", "ingen", "tveka"

REGION = "en regions namn"
RUBRIKER_WEBB = "Region; Period; Visa tid; Boka tid"
RUBRIKER_ENKAT = (
    "kommunkod; svarsdatum; Fråga 1a; Fråga 1b; Fråga 1c; Fråga 1d; Fråga 2; Fråga 2a; Fråga 3: sjuksköterska; "
    "Fråga 3: specialistsjuksköterska; Fråga 3: fysioterapeut; Fråga 3: arbetsterapeut; Fråga 3: dietist; Fråga 3: farmaceut; "
    "Fråga 3: kommentar; Fråga 4"
)
BALANS = "brist, balans, överskott, vet inte, finns inte eller tomt"
UTAN_KODSYSTEM = (
    "Regionkoden 13 går inte att tolka: samma kod betyder olika regioner i SCB:s, SKR:s och Koladas numrering. "
    "Skriv regionens namn, eller ange numreringen i filen med uppgifter om leveransen."
)
W, K, I = made.webbtidbok, made.kommunenkat, made.inriktningsdokument  # noqa: E741

Finding = tuple[Any, ...]


def saknas(region: str) -> Finding:
    """The remark that a region is missing from the rows that were read."""
    text = f"Alla regioner finns inte med i leveransen. Det saknas: {region}."
    return ANM, None, None, "Region", region, "21 regioner", text, INGEN


# --- rows and cells --------------------------------------------------------------------------------------------------

ROWS: dict[str, tuple[str, made.Rows, dict[str, Any], tuple[int, int, int], list[Finding]]] = {
    "text where a number belongs": (
        "webbtidbok",
        made.changed(W(), 3, 1, "åttiofem"),
        {},
        (21, 20, 1),
        [
            (
                FEL,
                None,
                3,
                "Visa tid",
                "åttiofem",
                "ett heltal",
                "åttiofem i kolumnen Visa tid är inte ett heltal.",
                RAD,
            ),
            saknas("Dalarna"),
        ],
    ),
    "decimals where a whole number belongs": (
        "webbtidbok",
        made.changed(W(), 3, 1, "85,5"),
        {},
        (21, 20, 1),
        [
            (FEL, None, 3, "Visa tid", "85,5", "ett heltal", "85,5 i kolumnen Visa tid är inte ett heltal.", RAD),
            saknas("Dalarna"),
        ],
    ),
    "blank where a number belongs": (
        "webbtidbok",
        made.changed(W(), 3, 1, ""),
        {},
        (21, 20, 1),
        [
            (
                FEL,
                None,
                3,
                "Visa tid",
                None,
                "ett heltal",
                "Cellen i kolumnen Visa tid är tom men måste fyllas i.",
                RAD,
            ),
            saknas("Dalarna"),
        ],
    ),
    "a separator within a cell": (
        "webbtidbok",
        [*W()[:3], ["Gotland", 13, 12, "x"], *W()[4:]],
        {},
        (21, 20, 1),
        [
            (
                FEL,
                None,
                4,
                None,
                "4 celler",
                None,
                "Raden har fler celler än rubrikraden. Står ett avgränsningstecken inne i en cell?",
                RAD,
            ),
            saknas("Gotland"),
        ],
    ),
    "a cell too few": (
        "webbtidbok",
        [*W()[:3], ["Gotland", 13], *W()[4:]],
        {},
        (21, 20, 1),
        [
            (FEL, None, 4, None, "2 celler", None, "Raden har färre celler än rubrikraden.", RAD),
            saknas("Gotland"),
        ],
    ),
    "negative count": (
        "webbtidbok",
        made.changed(W(), 3, 2, -59),
        {},
        (21, 20, 1),
        [
            (FEL, None, 3, "Boka tid", "-59", "0 eller större", "-59 i kolumnen Boka tid är negativt.", RAD),
            saknas("Dalarna"),
        ],
    ),
    "more book than show": (
        "webbtidbok",
        made.changed(W(), 4, 2, 14),
        {},
        (21, 20, 1),
        [
            (
                FEL,
                None,
                4,
                "Boka tid",
                "14",
                "högst antalet i kolumnen Visa tid",
                "Gotland, mars 2020: fler mottagningar låter boka tid (14) än visar tid. Uppgiften räknas inte förrän ni har bekräftat den; det som gällde "
                "förut står kvar.",
                TVEKA,
            )
        ],
    ),
    "region code without code system": (
        "webbtidbok",
        made.changed(W(), 6, 0, "13"),
        {},
        (21, 20, 1),
        [(FEL, None, 6, "Region", "13", REGION, UTAN_KODSYSTEM, RAD), saknas("Halland")],
    ),
    "region code of another code system": (
        "webbtidbok",
        made.changed(W(), 6, 0, "51"),
        {"sidecar": {"period": "2020-03", "kodsystem": "scb"}},
        (21, 20, 1),
        [
            (
                FEL,
                None,
                6,
                "Region",
                "51",
                REGION,
                "Regionkoden 51 finns inte i den numrering av regionerna som används.",
                RAD,
            ),
            saknas("Halland"),
        ],
    ),
    "region merged long ago": (
        "webbtidbok",
        made.changed(W(), 6, 0, "11"),
        {"sidecar": {"period": "2020-03", "kodsystem": "scb"}},
        (21, 20, 1),
        [
            (
                FEL,
                None,
                6,
                "Region",
                "11",
                REGION,
                "11 är ett län eller landsting som har upphört. Uppgifter för det ingår inte i uppföljningen.",
                RAD,
            ),
            saknas("Halland"),
        ],
    ),
    "unknown region": (
        "webbtidbok",
        made.changed(W(), 6, 0, "Skaraborg"),
        {},
        (21, 20, 1),
        [
            (FEL, None, 6, "Region", "Skaraborg", REGION, "Skaraborg är inte namnet på någon region.", RAD),
            saknas("Halland"),
        ],
    ),
    "20 of 21 regions": ("webbtidbok", W()[:-1], {}, (20, 20, 0), [saknas("Östergötland")]),
    "two regions missing": (
        "inriktningsdokument",
        [*I()[:9], *I()[11:]],
        {},
        (19, 19, 0),
        [saknas("Kronoberg, Norrbotten")],
    ),
    "region twice": (
        "webbtidbok",
        [*W(), ["Blekinge", 24, 13]],
        {},
        (22, 20, 2),
        [
            (
                FEL,
                None,
                row,
                "Region",
                "Blekinge",
                "en rad per region och period",
                "Regionen Blekinge finns på flera rader för samma period med olika uppgifter. Raderna räknas inte; det som gällde förut "
                "står kvar. Lämna en rad.",
                TVEKA,
            )
            for row in (2, 23)
        ],
    ),
    "unknown municipality": (
        "kommunenkat",
        made.changed(K(), 3, 0, "9999"),
        {},
        (8, 7, 1),
        [(FEL, None, 3, "kommunkod", "9999", "en fyrsiffrig kommunkod", "9999 är inte koden för någon kommun.", RAD)],
    ),
    "municipality twice": (
        "kommunenkat",
        [*K(), ["0114", "2020-01-20", *K()[1][2:]]],
        {},
        (9, 9, 0),
        [
            (
                ANM,
                None,
                row,
                "kommunkod",
                "0114",
                "en rad per kommun",
                "Kommunen 0114 finns på flera rader. Det senaste svaret gäller.",
                INGEN,
            )
            for row in (2, 10)
        ],
    ),
    "2a answered although 2 is yes": (
        "kommunenkat",
        made.changed(K(), 4, 6, "ja"),
        {"name": "fil.xlsx", "sheet": "Enkätsvar"},
        (8, 8, 0),
        [
            (
                FEL,
                "Enkätsvar",
                4,
                "Fråga 2a",
                "ja",
                "2a besvaras bara när svaret på fråga 2 är nej",
                "Fråga 2a är besvarad fast svaret på fråga 2 inte är nej. Svaret på 2a räknas inte.",
                CELL,
            )
        ],
    ),
    "2a answered although 2 is blank": (
        "kommunenkat",
        made.changed(K(), 4, 6, ""),
        {},
        (8, 8, 0),
        [
            (
                FEL,
                None,
                4,
                "Fråga 2a",
                "ja",
                "2a besvaras bara när svaret på fråga 2 är nej",
                "Fråga 2a är besvarad fast svaret på fråga 2 inte är nej. Svaret på 2a räknas inte.",
                CELL,
            )
        ],
    ),
    "unknown answer": (
        "kommunenkat",
        made.changed(K(), 3, 9, "lagom"),
        {},
        (8, 8, 0),
        [
            (
                FEL,
                None,
                3,
                "Fråga 3: specialistsjuksköterska",
                "lagom",
                BALANS,
                "lagom är inte ett tillåtet svar i kolumnen Fråga 3: specialistsjuksköterska.",
                "cell",
            )
        ],
    ),
    "impossible date": (
        "kommunenkat",
        made.changed(K(), 3, 1, "2020-02-30"),
        {},
        (8, 7, 1),
        [
            (
                FEL,
                None,
                3,
                "svarsdatum",
                "2020-02-30",
                "ett datum, till exempel 2020-01-15",
                "2020-02-30 i kolumnen svarsdatum är inte ett giltigt datum.",
                RAD,
            )
        ],
    ),
    "answer after the survey closed": (
        "kommunenkat",
        made.changed(K(), 3, 1, "2020-03-01"),
        {},
        (8, 8, 0),
        [
            (
                ANM,
                None,
                3,
                "svarsdatum",
                "2020-03-01",
                "ett datum i enkätens svarsperiod",
                "Svarsdatum 2020-03-01 ligger utanför svarsperioden.",
                INGEN,
            )
        ],
    ),
    "row without answers": (
        "kommunenkat",
        [*K(), ["0123", "2020-01-15", *[""] * 14]],
        {},
        (9, 8, 1),
        [
            (
                ANM,
                None,
                10,
                None,
                "0123",
                "minst ett svar",
                "Raden innehåller inga svar och räknas inte som ett svar.",
                RAD,
            )
        ],
    ),
    "personal data": (
        "kommunenkat",
        made.changed(K(), 3, 14, "PÅHITTAT: fråga Anna Svensson, 19121212-1212, anna@example.org"),
        {},
        (8, 8, 0),
        [
            (
                ANM,
                None,
                3,
                "Fråga 3: kommentar",
                "personnummer, e-post, namn",
                "text utan personuppgifter",
                "Texten innehåller personuppgifter (personnummer, e-post, namn), som har dolts. Skicka inte personuppgifter.",
                INGEN,
            )
        ],
    ),
    "unknown column": (
        "webbtidbok",
        made.widened(W(), "Kommentar", "preliminärt"),
        {},
        (21, 21, 0),
        [
            (
                ANM,
                None,
                1,
                "Kommentar",
                "Kommentar",
                RUBRIKER_WEBB,
                "Kolumnen Kommentar är okänd och har inte lästs (kolumn 4 i filen).",
                INGEN,
            )
        ],
    ),
    "formula without a saved value": (
        "webbtidbok",
        made.changed(W(), 3, 1, "=80+5"),
        {"name": "fil.xlsx"},
        (21, 20, 1),
        [
            (
                FEL,
                "Svar",
                3,
                "Visa tid",
                None,
                "ett heltal",
                "Cellen i kolumnen Visa tid är tom men måste fyllas i.",
                RAD,
            ),
            saknas("Dalarna"),
            (
                ANM,
                "Svar",
                3,
                "B",
                "=80+5",
                "ett värde",
                "Cellen innehåller en formel utan sparat värde och läses som tom.",
                INGEN,
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", ROWS)
def test_the_rest_goes_through(judge: Callable[..., Any], case: str) -> None:
    kalla, rows, how, counts, findings = ROWS[case]
    judged = judge(kalla, rows, **how)
    assert judged.findings == findings
    assert judged.counts == ("godkand_med_anmarkning", *counts)


# --- the whole file --------------------------------------------------------------------------------------------------


def encrypted() -> bytes:
    import msoffcrypto.format.ooxml as ooxml

    locked = io.BytesIO()
    ooxml.OOXMLFile(io.BytesIO(workbook(W()))).encrypt("hemligt", locked)
    return locked.getvalue()


def workbook(rows: made.Rows, **how: Any) -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return made.write_xlsx(Path(folder) / "fil.xlsx", rows, **how).read_bytes()


def av(
    blad: str | None, rad: int | None, kolumn: str | None, hittat: str | None, forvantat: str | None, text: str
) -> Finding:
    return FEL, blad, rad, kolumn, hittat, forvantat, text, AVVISA


TRASIG = "Arbetsboken är skadad och går inte att öppna. Öppna och spara om den i Excel, och leverera den igen."
RENAMED = "; ".join(made.changed(K(), 1, 8, "sjuksköterska")[0])
SIDE = "Filen med uppgifter om leveransen (fil.csv.leverans.yml)"

FILES: dict[str, tuple[str, made.Rows | bytes, dict[str, Any], list[Finding]]] = {
    "missing column": (
        "webbtidbok",
        made.without(W(), 2),
        {},
        [av(None, 1, "Boka tid", "Region; Visa tid", RUBRIKER_WEBB, "Kolumnen Boka tid saknas.")],
    ),
    "renamed column": (
        "kommunenkat",
        made.changed(K(), 1, 8, "sjuksköterska"),
        {},
        [
            av(
                None,
                1,
                "Fråga 3: sjuksköterska",
                RENAMED,
                RUBRIKER_ENKAT,
                "Kolumnen Fråga 3: sjuksköterska saknas. Kan kolumnen sjuksköterska vara "
                "den som menas? Ge den i så fall rubriken Fråga 3: sjuksköterska.",
            )
        ],
    ),
    "column twice": (
        "webbtidbok",
        made.widened(W(), "VISA TID", 1),
        {},
        [av(None, 1, "VISA TID", "Visa tid, VISA TID", "en gång", "Kolumnen VISA TID finns två gånger.")],
    ),
    "no headings": (
        "webbtidbok",
        W()[1:],
        {},
        [av(None, None, None, "Blekinge; …; …", RUBRIKER_WEBB, "Ingen rad i filen känns igen som rubrikrad.")],
    ),
    "merged heading over two columns": (
        "webbtidbok",
        made.changed(W(), 1, 2, None),
        {"name": "fil.xlsx", "merge": "B1:C1"},
        [
            av(
                "Svar",
                1,
                "Boka tid",
                "Region; Visa tid",
                RUBRIKER_WEBB,
                "Kolumnen Boka tid saknas. Rubrikraden innehåller sammanslagna celler (B1:C1); dela upp dem.",
            )
        ],
    ),
    "merged heading beside the columns": (
        "webbtidbok",
        W(),
        {"name": "fil.xlsx", "merge": "C1:D1"},
        [
            av(
                "Svar",
                1,
                None,
                "C1:D1",
                "en rubrik per kolumn",
                "Rubrikraden innehåller sammanslagna celler. Dela upp dem så att varje kolumn har sin egen rubrik.",
            )
        ],
    ),
    "a file of another source": (
        "webbtidbok",
        K(),
        {},
        [
            av(
                None,
                None,
                None,
                "kommunenkat",
                "webbtidbok",
                "Filen ser ut att vara en leverans till kommunenkat, men den ligger bland leveranser till webbtidbok. Flytta den.",
            )
        ],
    ),
    "a file of another kind": (
        "webbtidbok",
        b"text",
        {"name": "fil.docx"},
        [
            av(
                None,
                None,
                None,
                "fil.docx",
                "xlsx, csv (även gzip), Parquet eller JSON",
                "Filtypen .docx kan inte läsas för den här källan. Spara om filen i en annan filtyp.",
            )
        ],
    ),
    "no bytes": ("webbtidbok", b"", {}, [av(None, None, None, None, None, "Filen är tom (0 byte).")]),
    "only blanks": (
        "webbtidbok",
        b" \r\n \r\n",
        {},
        [av(None, None, None, None, None, "Filen innehåller inga tecken utom blanksteg.")],
    ),
    "only separators": (
        "webbtidbok",
        b";;\r\n;;\r\n",
        {},
        [av(None, None, None, None, None, "Filen innehåller inga ifyllda celler.")],
    ),
    "empty workbook": (
        "webbtidbok",
        [],
        {"name": "fil.xlsx"},
        [av(None, None, None, None, None, "Filen innehåller inga ifyllda celler.")],
    ),
    "only headings": (
        "webbtidbok",
        W()[:1],
        {"name": "fil.xlsx"},
        [av("Svar", None, None, None, "minst en rad", "Under rubrikraden finns inga ifyllda rader.")],
    ),
    "broken workbook": (
        "webbtidbok",
        workbook(W())[:3000],
        {"name": "fil.xlsx"},
        [av(None, None, None, None, None, TRASIG)],
    ),
    "password-protected workbook": (
        "webbtidbok",
        encrypted(),
        {"name": "fil.xlsx"},
        [
            av(
                None,
                None,
                None,
                None,
                None,
                "Arbetsboken är lösenordsskyddad. Ta bort lösenordet och leverera den igen.",
            )
        ],
    ),
    "broken gzip": (
        "webbtidbok",
        b"\x1f\x8b\x08\x00trasig",
        {"name": "fil.csv.gz"},
        [
            av(
                None,
                None,
                None,
                None,
                None,
                "Den komprimerade filen (gzip) är avbruten eller skadad. Leverera den igen i sin helhet.",
            )
        ],
    ),
    "no period": (
        "webbtidbok",
        W(),
        {"sidecar": {"avsandare": "Inera"}},
        [
            av(
                None,
                None,
                "period",
                None,
                "2020-03",
                "Perioden framgår inte. Ange den i kolumnen Period eller i en fil med uppgifter om leveransen, med raden 'period: 2020-03'.",
            )
        ],
    ),
    "a year where a month is needed": (
        "webbtidbok",
        W(),
        {"sidecar": {"period": "2020"}},
        [
            av(
                None,
                None,
                "period",
                "2020",
                "en månad, till exempel 2020-03",
                "Filen med uppgifter om leveransen anger ett år, men leveransen avser en månad.",
            )
        ],
    ),
    "sidecar of another region": (
        "webbtidbok",
        W()[:3],
        {"sidecar": {"period": "2020-03", "region": "Dalarna"}},
        [
            av(
                None,
                2,
                "Region",
                "Blekinge",
                "Dalarna",
                "Raden gäller en annan uppgiftslämnare än den som filen med uppgifter om leveransen anger.",
            )
        ],
    ),
    "sidecar of another period": (
        "webbtidbok",
        made.widened(W()[:2], "Period", "2020-02"),
        {},
        [
            av(
                None,
                2,
                "Period",
                "2020-02",
                "2020-03",
                "Perioden i filen är en annan än den som filen med uppgifter om leveransen anger.",
            )
        ],
    ),
    "sidecar with an unknown field": (
        "webbtidbok",
        W(),
        {"sidecar": {"perod": "2020-03"}},
        [
            av(
                None,
                None,
                "perod",
                "2020-03",
                None,
                f"{SIDE} har ett okänt fält, perod. Kända fält är region, kodsystem, kommun, "
                "overenskommelse, slag, period, mottagen, avsandare, ersatter, kontakt, pahittad, andrahand, bekraftat.",
            )
        ],
    ),
    "sidecar that is not YAML": (
        "webbtidbok",
        W(),
        {"sidecar": "period: [2020-03"},
        [av(None, 1, None, None, None, f"{SIDE} går inte att läsa. Den ska bestå av rader av formen 'fält: värde'.")],
    ),
    "sidecar without fields": (
        "webbtidbok",
        W(),
        {"sidecar": "- 2020-03"},
        [av(None, None, None, None, None, f"{SIDE} ska bestå av rader av formen 'fält: värde'.")],
    ),
    "sidecar with a month in words": (
        "webbtidbok",
        W(),
        {"sidecar": {"period": "mars 2020"}},
        [
            av(
                None,
                None,
                "period",
                "mars 2020",
                "år (2020) eller månad (2020-03)",
                f"{SIDE}: perioden går inte att tyda.",
            )
        ],
    ),
    "sidecar with an unknown code system": (
        "webbtidbok",
        W(),
        {"sidecar": {"period": "2020-03", "kodsystem": "län"}},
        [av(None, None, "kodsystem", "län", None, f"{SIDE}: kodsystem ska vara scb, skr eller kolada.")],
    ),
    "sidecar with a time in words": (
        "webbtidbok",
        W(),
        {"sidecar": {"period": "2020-03", "mottagen": "igår"}},
        [
            av(
                None,
                None,
                "mottagen",
                "igår",
                None,
                f"{SIDE}: mottagen ska vara en tidpunkt, till exempel 2020-03-31T12:00:00.",
            )
        ],
    ),
    "sidecar with a region code without code system": (
        "webbtidbok",
        W(),
        {"sidecar": {"period": "2020-03", "region": "13"}},
        [
            av(
                None,
                None,
                "region",
                "13",
                None,
                "Regionen i filen med uppgifter om leveransen går inte att känna igen. Skriv regionens namn.",
            )
        ],
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_the_file_is_rejected(judge: Callable[..., Any], case: str) -> None:
    kalla, content, how, findings = FILES[case]
    judged = judge(kalla, content, **how)
    assert judged.findings == findings
    assert judged.verdict.bedomning == "avvisad"
    assert judged.verdict.godkanda == 0
    assert judged.verdict.block == []


def test_a_file_without_a_sound_row_is_rejected(judge: Callable[..., Any]) -> None:
    judged = judge("webbtidbok", [[region, "x" if i else visa, boka] for i, (region, visa, boka) in enumerate(W())])
    assert judged.findings[0] == av(
        None,
        None,
        None,
        "21 rader med fel",
        "minst en rad utan fel",
        "Alla rader i filen har fel. Leveransen avvisas i sin helhet.",
    )
    assert [f[2] for f in judged.findings if f[-1] == RAD] == list(range(2, 23))
    assert judged.counts == ("avvisad", 21, 0, 21)


def test_too_many_broken_rows_reject_the_delivery(judge: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the source has a limit: six of 21 rows are more than a quarter, five are not."""
    monkeypatch.setattr(
        "dagster_project.validation.suites.thresholds", lambda *_: {"webbtidbok": {"max_andel_karantan": 0.25}}
    )

    def broken(n: int) -> made.Rows:
        return [[region, "x" if 1 <= i <= n else visa, boka] for i, (region, visa, boka) in enumerate(W())]

    judged = judge("webbtidbok", broken(6))
    assert judged.findings[0] == av(
        None, None, None, "29 procent", "högst 25 procent", "6 av 21 rader har fel. Leveransen avvisas i sin helhet."
    )
    assert judged.verdict.bedomning == "avvisad"
    assert judge("webbtidbok", broken(5)).counts == ("godkand_med_anmarkning", 21, 16, 5)


def test_an_unreadable_file_is_still_known_by_its_sidecar(judge: Callable[..., Any]) -> None:
    judged = judge("webbtidbok", b"", sidecar={"period": "2020-03", "region": "Halland"})
    assert (judged.verdict.respondent, str(judged.verdict.period)) == ("13", "2020-03-01")


# --- the report ------------------------------------------------------------------------------------------------------


def test_report_to_the_sender(judge: Callable[..., Any]) -> None:
    import openpyxl

    rows = made.changed(made.changed(W(), 3, 1, "=1|2"), 4, 2, 14)
    judged = judge(
        "webbtidbok", rows, sidecar={"period": "2020-03", "avsandare": "Inera", "mottagen": "2020-04-02T09:30:00"}
    )
    book = openpyxl.load_workbook(judged.report)
    with (SEEDS / "reference" / "regioner.csv").open(encoding="utf-8", newline="") as file:
        others = [row["region"] for row in csv.DictReader(file) if row["region"] not in ("Dalarna", "Gotland")]
    facts = {row[0]: row[1] for row in book["Granskning"].iter_rows(min_row=3, values_only=True)}
    assert re.fullmatch("[0-9a-f]{12}", facts.pop("Referens"))
    assert facts == {
        "Bedömning": "Delvis godkänd (2 rader räknas inte)",
        "Vad du behöver göra": "Rätta det som inte räknas och skicka en ny, hel fil. Den ersätter då den här. Är ett tal rätt fast det "
        "ser fel ut: bekräfta det i filen med uppgifter om leveransen, under bekraftat, med kolumn, varde, av (vem som bekräftar) och "
        "varfor.",
        "Det här gäller": f"19 rader räknas: {', '.join(others[:-1])} och {others[-1]}, för mars 2020.",
        "Det här gäller inte": "2 rader räknas inte (rad 3, 4). Uppgifterna för Gotland, för mars 2020 väntar på er bekräftelse; det som "
        "gällde förut står kvar.",
        "Sista dag": "30 april 2020, när insamlingen avslutas",
        "Kontakt": "Inera. Frågor om granskningen: svara den på Socialstyrelsen som skickade rapporten och ange referensen.",
        "Fil": "fil.csv",
        "Källa": "Mottagningar med webbtidbok",
        "Innehåll": "Antal mottagningar per region som visar respektive låter boka tid i webbtidboken",
        "Mottagen": "2 april 2020 kl. 09.30",
        "Avsändare": "Inera",
        "Lästa rader": "21, varav 19 räknas",
    }
    table = list(book["Fel och anmärkningar"].iter_rows(values_only=True))
    assert table[0] == ("Vad", "Rad", "Kolumn", "Hittat", "Förväntat", "Följd", "Slag", "Blad")
    assert table[1] == (
        "=1|2 i kolumnen Visa tid är inte ett heltal.",
        "3",
        "Visa tid",
        "=1|2",
        "ett heltal",
        "raden räknas inte",
        "Fel",
        None,
    )
    assert table[2] == (
        "Gotland, mars 2020: fler mottagningar låter boka tid (14) än visar tid. Uppgiften räknas inte förrän ni har bekräftat den; det som gällde förut "
        "står kvar.",
        "4",
        "Boka tid",
        "14",
        "högst antalet i kolumnen Visa tid",
        "uppgiften väntar",
        "Fel",
        None,
    )
    assert table[3][1:4] == (None, "Region", "Dalarna")
    assert len(table) == 4
    markdown = judged.report.with_suffix(".md").read_text(encoding="utf-8")
    assert "- **Bedömning:** Delvis godkänd (2 rader räknas inte)" in markdown
    assert (
        r"| =1\|2 i kolumnen Visa tid är inte ett heltal. | 3 | Visa tid | =1\|2 | ett heltal | raden räknas inte | Fel |  |"
        in markdown
    )


def test_report_never_quotes_personal_data(judge: Callable[..., Any]) -> None:
    judged = judge(
        "kommunenkat", made.changed(made.changed(K(), 3, 2, "19121212-1212"), 4, 14, "PÅHITTAT: Anna Svensson")
    )
    written = judged.report.with_suffix(".md").read_text(encoding="utf-8")
    assert "[personnummer] är inte ett tillåtet svar i kolumnen Fråga 1a." in written
    assert "1212-1212" not in written
    assert "Svensson" not in written
