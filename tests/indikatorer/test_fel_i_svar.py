"""Wrong answers and files of the indicator sources: what the door says, in whole sentences, and what it does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from kolada_svar import ADDRESS, entry, page

from dagster_project.deliveries import intake
from dagster_project.sources import all_sources
from dagster_project.validation import suites

K = "N79173"


def answer(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"values": list(entries), "count": len(entries), "next_url": None}


def sdb(*rows: tuple[int, int, str]) -> dict[str, Any]:
    data = [{"mattId": m, "ar": 2020, "regionId": 0, "konId": 3, "alderId": a, "varde": v} for m, a, v in rows]
    return {"data": data, "sidor": 1, "nasta_sida": None}


VIS = "Oplanerade återinskrivningar inom 30 dagar"
COST_NAMES = (
    "Primärvård exkl. läkemedel",
    "Specialiserad somatisk vård",
    "Specialiserad psykiatrisk vård",
    "Övrig hälso- och sjukvård",
)
OPTIONS = ("Mycket stort", "Ganska stort", "Varken stort eller litet", "Ganska litet", "Mycket litet", "Vet inte")


def row(region: int, sex: int, value: str) -> dict[str, Any]:
    return {"mattId": 1, "ar": 2020, "regionId": region, "konId": sex, "alderId": 9, "varde": value}


def vis(*cells: str) -> str:
    return "Titel;Enhetsnamn;Mätperiod;Värde;Täljare;Nämnare/antal fall\n" + "".join(f"{VIS};{c}\n" for c in cells)


def costs(*cells: str) -> str:
    return f"År;Region;{';'.join(COST_NAMES)}\n" + "".join(
        f"2020;{c}\n" for c in ("Uppsala;2000000000;6000000000;1;1", *cells)
    )


def bevis(*cells: str) -> str:
    return "År;Specialitet;Antal\n" + "".join(f"2020;{c}\n" for c in cells)


def svar(antal: int = 5, options: tuple[str, ...] = OPTIONS) -> str:
    return "År;Region;Svarsalternativ;Antal\n" + "".join(f"2022;Skåne;{o};{antal}\n" for o in options)


def folk(*cells: str) -> str:
    return "År;Region;Folkmängd\n" + "".join(f"2020;{c}\n" for c in cells)


def by_sex(heading: str, line: str) -> str:
    return "\n".join([heading, *(line.format(sex, n) for sex, n in (("T", 4), ("K", 1), ("M", 2))), ""])


#: What is said of a total that is set aside.
ASIDE = "ej_uppgifter"
#: Regions alike but for the last, which is a hundred or a thousand times as large.
ALIKE = ("Stockholm", "Uppsala", "Östergötland", "Kronoberg", "Skåne")
WAITS = "Det räknas inte förrän ni har bekräftat det; det som gällde förut står kvar."
TWICE = "finns på flera rader. Raderna räknas inte; det som gällde förut står kvar. Lämna en rad."
VALUES = "har flera olika värden i leveransen. De räknas inte; det som gällde förut står kvar. Lämna ett värde."


def scale(value: str, who: str, times: str, other: str) -> str:
    return f"Värdet {value} för {who}, är omkring {times} än vad de andra har samma period ({other}). {WAITS}"


def one_cost_too_large(number: int) -> str:
    rows = (["2000000000"] * 4 for _ in ALIKE)
    lines = [f"2020;{region};{';'.join(row)}" for region, row in zip(ALIKE, rows, strict=True)]
    cells = ["2000000000"] * 4
    cells[number] = "2000000000000"
    lines[-1] = f"2020;{ALIKE[-1]};{';'.join(cells)}"
    return "\n".join([f"År;Region;{';'.join(COST_NAMES)}", *lines, ""])


CASES: dict[str, tuple[str, str, Any, str]] = {
    **{
        f"another scale: {name}": (
            "rakenskap",
            "fil.csv",
            one_cost_too_large(number),
            scale("2000000000000", "Skåne, 2020", "1\u00a0000 gånger större", "2\u00a0000\u00a0000\u00a0000"),
        )
        for number, name in enumerate(COST_NAMES)
    },
    "another scale: certificates": (
        "specialistbevis",
        "fil.csv",
        "\n".join(
            [
                "År;Region;Specialitet;Antal",
                *(f"2020;{r};Allmänmedicin;{100 if r != ALIKE[-1] else 100000}" for r in ALIKE),
                "",
            ]
        ),
        scale("100000", "Skåne, 2020", "1\u00a0000 gånger större", "100"),
    ),
    "another scale: the database": (
        "sdb",
        "fil.json",
        {"data": [row(n, 3, "5" if n != 7 else "5000") for n in (1, 3, 4, 6, 7)], "sidor": 1, "nasta_sida": None},
        scale("5000", "Kronoberg, 2020", "1\u00a0000 gånger större", "5"),
    ),
    "another scale: Kolada": (
        "kolada",
        "fil.json",
        answer(*(entry(K, f"000{n}", 2019, 9.0 if n != 7 else 900.0) for n in (1, 3, 5, 6, 7))),
        scale("900", "Kronoberg, 2019", "100 gånger större", "9"),
    ),
    "another scale: population": (
        "befolkning",
        "fil.csv",
        folk(*(f"{r};{1300000 if r != ALIKE[-1] else 1300}" for r in ALIKE)),
        scale("1300", "Skåne, 2020", "1\u00a0000 gånger mindre", "1\u00a0300\u00a0000"),
    ),
    "another scale: Vården i siffror": (
        "vardenisiffror",
        "fil.csv",
        vis(*(f"{r};2019;{'0,2' if r != ALIKE[-1] else '20,0'};;" for r in ALIKE)),
        scale("20", "Skåne, 2019", "100 gånger större", "0,2"),
    ),
    "a share over 100": (
        "vardenisiffror",
        "fil.csv",
        vis("Skåne;2019;105,0;;", "Uppsala;2019;95,0;;"),
        f"Värdet 105 för Skåne, 2019, är mer än 100 procent. {WAITS}",
    ),
    "page missing in the middle": (
        "kolada",
        "fil.json",
        [page([entry(K, "0001", 2019, 9.0)], 1, 3), page([entry(K, "0003", 2019, 9.0)], 3, 3)],
        "Svaret är ofullständigt: sida 2 saknas mellan sida 1 och sida 3. Hämta svaret igen i sin helhet.",
    ),
    "error message saved": (
        "kolada",
        "fil.json",
        {"detail": "Not found"},
        "Filen är inte ett sparat svar med värden. Är det ett felmeddelande från källan?",
    ),
    "cut off": ("kolada", "fil.json", '{"values": [', "Filen är inte JSON, eller är avbruten. Hämta svaret igen."),
    "unknown key figure": (
        "kolada",
        "fil.json",
        answer(entry("N99999", "0003", 2019, 9.0), entry(K, "0004", 2019, 9.0)),
        "Måttet N99999 i kolumnen kpi finns inte i indikatorkatalogen. Kontrollera beteckningen.",
    ),
    "county merged long ago": (
        "kolada",
        "fil.json",
        answer(entry(K, "0011", 2019, 9.0), entry(K, "0004", 2019, 9.0)),
        "0011 är ett län eller landsting som har upphört. Uppgifter för det ingår inte i uppföljningen.",
    ),
    "two values in one answer": (
        "kolada",
        "fil.json",
        answer(entry(K, "0003", 2019, 9.0), entry(K, "0003", 2019, 8.0), entry(K, "0004", 2019, 9.0)),
        f"Uppsala, 2019: samma nyckeltal, region, år och kön {VALUES}",
    ),
    "fraction for percent": (
        "kolada",
        "fil.json",
        answer(entry(K, "0003", 2019, 0.72), entry(K, "0004", 2019, 0.5)),
        "Värdet 0,72 ser ut att vara en andel mellan 0 och 1. Måttet ska anges i procent.",
    ),
    "filter not used": (
        "sdb",
        "fil.json",
        sdb((1, 9, "1 234,5"), (1, 8, "3")),
        "Svaret innehåller flera åldersgrupper för samma region, år och kön. Filtret har inte verkat: kontrollera namnen i adressen.",
    ),
    "several measures": (
        "sdb",
        "fil.json",
        sdb((1, 9, "1"), (2, 9, "2")),
        "Svaret innehåller flera mått, fast bara ett kan frågas efter. Filtret har inte verkat: kontrollera namnen i adressen.",
    ),
    "negative in Kolada": (
        "kolada",
        "fil.json",
        answer(entry(K, "0003", 2019, -1.0), entry(K, "0004", 2019, 9.0)),
        "-1 i kolumnen value är negativt.",
    ),
    "negative in the database": (
        "sdb",
        "fil.json",
        {"data": [row(0, 3, "-1"), row(1, 3, "5")], "sidor": 1, "nasta_sida": None},
        "-1 i kolumnen varde är negativt.",
    ),
    "two values in one answer of the database": (
        "sdb",
        "fil.json",
        {"data": [row(1, 3, "1"), row(1, 3, "2"), row(3, 3, "5")], "sidor": 1, "nasta_sida": None},
        f"Stockholm, 2020: samma mått, region, år och kön {VALUES}",
    ),
    "negative value": (
        "vardenisiffror",
        "fil.csv",
        vis("Skåne;2020;-1;;", "Uppsala;2020;9;;"),
        "-1 i kolumnen Värde är negativt.",
    ),
    "negative numerator": (
        "vardenisiffror",
        "fil.csv",
        vis("Skåne;2020;9;-9;100", "Uppsala;2020;9;;"),
        "-9 i kolumnen Täljare är negativt.",
    ),
    "negative denominator": (
        "vardenisiffror",
        "fil.csv",
        vis("Skåne;2020;9;;-100", "Uppsala;2020;9;;"),
        "-100 i kolumnen Nämnare/antal fall är negativt.",
    ),
    "more than all": (
        "vardenisiffror",
        "fil.csv",
        vis("Skåne;2020;101;101;100", "Uppsala;2020;9;;"),
        "Täljaren 101 för Skåne, 2020, är större än nämnaren. Den räknas inte förrän ni har bekräftat den; det som gällde förut står kvar.",
    ),
    "fraction for percent in a table": (
        "vardenisiffror",
        "fil.csv",
        vis("Skåne;2020;0,09;9;100", "Uppsala;2020;0,1;;"),
        "Värdet 0,09 ser ut att vara en andel mellan 0 och 1. Måttet ska anges i procent.",
    ),
    "a measure nobody knows": (
        "vardenisiffror",
        "fil.csv",
        vis("Skåne;2020;9;;") + "Påhittat mått;Uppsala;2020;9;;\n",
        "Måttet Påhittat mått i kolumnen Titel finns inte i indikatorkatalogen. Kontrollera beteckningen.",
    ),
    "the same unit twice": (
        "vardenisiffror",
        "fil.csv",
        vis("Skåne;2020;9;;", "Skåne;2020;10;;", "Uppsala;2020;9;;"),
        f"Skåne, 2020: samma mått, enhet, period och kön {TWICE}",
    ),
    **{
        f"negative cost {number}": (
            "rakenskap",
            "fil.csv",
            costs("Skåne;" + ";".join("-1" if n == number else "5000000000" for n in range(4))),
            f"-1 i kolumnen {name} är negativt.",
        )
        for number, name in enumerate(COST_NAMES)
    },
    "the same costs twice": (
        "rakenskap",
        "fil.csv",
        costs("Skåne;5000000000;1;1;1", "Skåne;6000000000;1;1;1"),
        f"Skåne, 2020: samma region och år {TWICE}",
    ),
    "negative certificates": (
        "specialistbevis",
        "fil.csv",
        bevis("Allmänmedicin;-1"),
        "-1 i kolumnen Antal är negativt.",
    ),
    "the same specialty twice": (
        "specialistbevis",
        "fil.csv",
        bevis("Allmänmedicin;1", "Allmänmedicin;2"),
        f"riket, 2020: samma region, år, kön och specialitet {TWICE}",
    ),
    "negative answers": ("barometer", "fil.csv", svar(antal=-1), "-1 i kolumnen Antal är negativt."),
    "an option missing": (
        "barometer",
        "fil.csv",
        svar(options=("Mycket stort", "Ganska stort")),
        "Alla svarsalternativ finns inte med. En andel av dem som finns skulle bli fel.",
    ),
    "the same option twice": (
        "barometer",
        "fil.csv",
        svar() + "2022;Skåne;Vet inte;5\n",
        f"Skåne, 2022: samma region, år, kön, fråga och svarsalternativ {TWICE}",
    ),
    "nobody lives there": ("befolkning", "fil.csv", folk("Skåne;0", "Uppsala;5"), "Folkmängden 0 är inte större än 0."),
    "a county of long ago, by name": (
        "befolkning",
        "fil.csv",
        folk("Malmöhus län;5", "Uppsala;5"),
        "Malmöhus län är ett län eller landsting som har upphört. Uppgifter för det ingår inte i uppföljningen.",
    ),
    "the same population twice": (
        "befolkning",
        "fil.csv",
        folk("Skåne;4", "Skåne;5", "Uppsala;5"),
        f"Skåne, 2020: samma region, år och kön {TWICE}",
    ),
    "some specialties broken": (
        "specialistbevis",
        "fil.csv",
        "År;Specialitet;Antal\n2020;Allmänmedicin;100\n2020;Kirurgi;tre\n",
        "1 av 2 rader har fel. Leveransen avvisas i sin helhet.",
    ),
}
REMARKS: dict[str, tuple[str, str, Any, str]] = {
    "Kolada's old shape": (
        "kolada",
        "fil.json",
        {"values": [entry(K, "0003", 2019, 72.3)], "count": 1, "next_page": None},
        "Svaret har den form som Koladas api v2 gav. Det har lästs, men v2 är nedlagt: hämta med v3.",
    ),
    "sexes beside the total": (
        "kolada",
        "fil.json",
        answer(
            {
                "kpi": K,
                "municipality": "0003",
                "period": 2019,
                "values": [
                    {"gender": g, "count": 1, "value": v, "isdeleted": False}
                    for g, v in (("T", 72.3), ("F", 70.0), ("M", 71.0))
                ],
            }
        ),
        "Värdet 72,3 för båda könen stämmer inte med värdena för kvinnor och män. Kontrollera uppgifterna.",
    ),
    "denominator of 0": (
        "vardenisiffror",
        "fil.csv",
        "Titel;Enhetsnamn;Mätperiod;Värde;Täljare;Nämnare/antal fall\nOplanerade återinskrivningar inom 30 dagar;Skåne;2020;;0;0\n",
        "Nämnaren är 0. Ingen andel kan beräknas.",
    ),
    "sexes beside the total in a table": (
        "vardenisiffror",
        "fil.csv",
        "Titel;Enhetsnamn;Mätperiod;Kön;Värde;Täljare;Nämnare\n"
        + "".join(f"{VIS};Skåne;2020;{k};{v};;\n" for k, v in (("Totalt", 9), ("Kvinnor", 7), ("Män", 8))),
        "Värdet 9 för båda könen stämmer inte med värdena för kvinnor och män. Kontrollera uppgifterna.",
    ),
    "sexes beside the total in the database": (
        "sdb",
        "fil.json",
        {"data": [row(1, k, v) for k, v in ((1, "10"), (2, "20"), (3, "40"))], "sidor": 1, "nasta_sida": None},
        "Värdet 40 för båda könen stämmer inte med värdena för kvinnor och män. Kontrollera uppgifterna.",
    ),
    "parts that give another value": (
        "vardenisiffror",
        "fil.csv",
        vis("Skåne;2020;12;9;100"),
        "Värdet 12 stämmer inte med täljare och nämnare. Kontrollera uppgifterna.",
    ),
    "no costs": (
        "rakenskap",
        "fil.csv",
        costs("Skåne;0;0;0;0"),
        "Kostnaderna summerar till 0. Ingen kostnadsandel kan beräknas.",
    ),
    "millions for kronor": (
        "rakenskap",
        "fil.csv",
        costs("Skåne;5000;9000;1000;800"),
        "Kostnaderna är mycket små. Är de angivna i tusental eller miljoner kronor i stället för i kronor?",
    ),
    "no general medicine": (
        "specialistbevis",
        "fil.csv",
        bevis("Kirurgi;5"),
        "Allmänmedicin finns inte bland specialiteterna för 2020. Ingen andel kan beräknas.",
    ),
    "sexes of certificates": (
        "specialistbevis",
        "fil.csv",
        by_sex("År;Kön;Specialitet;Antal", "2020;{};Allmänmedicin;{}"),
        "Antalet 4 för båda könen är inte summan av kvinnor och män. Kontrollera uppgifterna.",
    ),
    "sexes of the population": (
        "befolkning",
        "fil.csv",
        by_sex("År;Region;Kön;Folkmängd", "2020;Skåne;{};{}"),
        "Antalet 4 för båda könen är inte summan av kvinnor och män. Kontrollera uppgifterna.",
    ),
    "sexes of the answers": (
        "barometer",
        "fil.csv",
        "År;Region;Kön;Svarsalternativ;Antal\n"
        + "".join(
            f"2022;Skåne;{k};{o};{4 if (k, o) == ('T', OPTIONS[0]) else 1 if k in 'KM' else 2}\n"
            for k in "TKM"
            for o in OPTIONS
        ),
        "Antalet 4 för båda könen är inte summan av kvinnor och män. Kontrollera uppgifterna.",
    ),
    "nobody took a stand": (
        "barometer",
        "fil.csv",
        svar(antal=0),
        "Ingen har tagit ställning i frågan. Ingen andel kan beräknas.",
    ),
    "a total that is not the sum": (
        "specialistbevis",
        "fil.csv",
        "År;Specialitet;Antal\n2020;Allmänmedicin;100\n2020;Kirurgi;300\n2020;Totalt;401\n",
        "Summan 401 i kolumnen Antal är inte summan av raderna. Raderna har räknats, inte summan.",
    ),
}


def judged(tmp_path: Path, kalla: str, name: str, content: Any) -> Any:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return intake.check(all_sources()[kalla], path, tmp_path / "granskning")[1]


def test_every_rule_of_these_sources_has_a_case_here() -> None:
    sources = {kalla for kalla, *_ in (CASES | REMARKS).values()}
    assert sources == {"kolada", "sdb", "vardenisiffror", "rakenskap", "specialistbevis", "barometer", "befolkning"}
    said = [(kalla, words) for kalla, _, _, words in (CASES | REMARKS).values()]
    for kalla in sources:
        for rule in suites.rules(kalla):
            words = re.sub(r"\\\{\w+\\\}", ".+", re.escape(rule.meddelande))
            assert any(k == kalla and re.fullmatch(words, w) for k, w in said), (kalla, rule.kod)


@pytest.mark.parametrize("case", CASES)
def test_errors(case: str, tmp_path: Path) -> None:
    kalla, name, content, said = CASES[case]
    verdict = judged(tmp_path, kalla, name, content)
    assert said in [a.meddelande for a in verdict.anmarkningar if a.niva == "fel"]
    assert verdict.avvisad or verdict.karantan > 0 or "cell" in {a.atgard for a in verdict.anmarkningar}


@pytest.mark.parametrize("case", REMARKS)
def test_remarks_let_the_rows_through(case: str, tmp_path: Path) -> None:
    kalla, name, content, said = REMARKS[case]
    verdict = judged(tmp_path, kalla, name, content)
    aside = {a.meddelande for a in verdict.anmarkningar if a.kod == ASIDE}
    assert {(a.niva, a.meddelande) for a in verdict.anmarkningar if a.kod != ASIDE} == {("anmarkning", said)}
    assert aside == (
        {"Raden är en summa eller en text vid tabellen och har inte lästs som uppgifter: rad 4."}
        if "Summan" in said
        else set()
    )
    assert verdict.godkanda == verdict.lasta > 0


def test_pages_are_known_by_their_addresses() -> None:
    from dagster_project.reading import answers

    sheet = answers.read(json.dumps(page([entry(K, "0001", 2019, 9.0)], 2, 3)))
    heading, row = sheet.rader[0][1], sheet.rader[1][1]
    cells = dict(zip(heading, row, strict=True))
    assert (cells["fraga"], cells["sida"], cells["nasta_sida"]) == (ADDRESS, "2", "3")
