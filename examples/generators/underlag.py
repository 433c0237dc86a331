"""Example deliveries of the other qualitative material of 2020.

Real, and printed in the report: which regions were case studies and how, which 19 municipalities were interviewed, how many interviews
there were, who was heard in dialogues, about what their 54 viewpoints are (area and theme; not their words), and what it says of named
regions and municipalities or counts exactly, with its lines. Made up, and marked so on every row: which interview was with whom and
when, the summaries, and every code on what a municipality says. The coders have not come through: what the report counts is not
counted out of made-up codes.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import pandas as pd

from examples.generators.indikatorer import TextDelivery
from examples.generators.kommunenkat import UNDERSOKNING, printed, read_seed

SEED = 2020
MARKE = "PÅHITTAT"
KODARE = ("TEST1", "TEST2")
KODRAM = "1"
COLLECTED = (date(2019, 10, 1), date(2020, 4, 30))
ROLLER = {
    "region": (
        "samordnare för god och nära vård",
        "hälso- och sjukvårdsstrateg",
        "projektledare",
        "chef inom primärvård",
        "chef inom specialistvård",
    ),
    "kommun": (
        "förvaltningschef inom socialförvaltning",
        "biträdande kommundirektör",
        "medicinskt ansvarig sjuksköterska",
        "närvårdsstrateg",
        "verksamhetschef inom vård och omsorg",
    ),
}
#: The code of each made-up answer to question 4 (:data:`~examples.generators.kommunenkat.ATGARDER`), in the same order.
KODER = ("atgard_omfordelning_arbetsuppgifter", "atgard_bemanningsforetag", "", "atgard_kop_mellan_kommuner")
#: How many answers to question 4, and interviews, the coders have come to.
KODADE_SVAR = 60
KODADE_INTERVJUER = 8
#: What the municipalities of the coded interviews say, and how many of them.
INTERVJUKODER = (
    ("involverad_i_patientkontrakt", "nej", 5),
    ("inledande_moten_med_regionen", "ja", 2),
    ("hanvisar_till_sip", "ja", 2),
    ("gemensam_malbild_projekt_2020", "ja", 3),
    ("ekonomiska_svarigheter", "ja", 2),
)
GRANSKNING = ("godkänd", "rättad", "ej besvarad", "skickad")

#: What the sidecar says of the facts that the report on 2016–2018 publishes: they came with the report.
OF_2018 = {"overenskommelse": "professionsmiljarden_2017", "period": "2018", "mottagen": "2019-06-14T12:00:00"}

Rows = list[list[str]]


def deliveries(survey: pd.DataFrame) -> Iterator[TextDelivery]:
    """Every example of the source.

    :param survey: the made-up survey, whose free text is coded.
    """
    rng = random.Random(SEED)
    regioner = [row["region"] for row in read_seed("reference/regioner.csv")]
    yield _delivery(
        "PAHITTADE_INTERVJUER_2020",
        ["Slag", "Region", "Kommunkod", "Fallstudie", "Form", "Genomförande", "Roll", "Datum", "Referens"],
        [*_regional(rng, regioner), *_municipal(rng)],
        "Uppdiktade intervjuer; bara hur många de är, fallstudierna och vilka kommuner som intervjuats är ur uppföljningen 2020",
    )
    yield _delivery(
        "synpunkter_2020",
        ["Slag", "Part", "Organisation", "Område", "Tema", "Referens"],
        [[*list(row.values())[:-1], f"002 L{row['kallrad']}"] for row in read_seed("published/synpunkter.csv")],
        "Bilaga 4 i uppföljningen 2020: område och tema, inte synpunkternas ord",
        pahittad=False,
    )
    for ar, told in (("2020", {}), ("2018", OF_2018)):
        yield _delivery(
            f"publicerade_uppgifter_{ar}",
            ["Slag", "Region", "Kommunkod", "Utsaga", "Värde", "Antal", "Bas", "Publikation", "Referens"],
            [_published(row) for row in read_seed(f"rapporter/uppfoljning_{ar}/publicerade_uppgifter.csv")],
            f"Uppföljningen {ar}: namngivna regioner och kommuner samt antal, med rader",
            pahittad=False,
            told=told,
        )
    yield _delivery(
        "PAHITTADE_SAMMANFATTNINGAR_2020",
        ["Slag", "Region", "Datum", "Text", "Faktagranskning", "Granskad"],
        [_summary(region, GRANSKNING[i % len(GRANSKNING)]) for i, region in enumerate(regioner)],
        "Uppdiktade sammanfattningar",
    )
    yield _delivery(
        "PAHITTAD_KODNING_2020",
        [
            "Slag",
            "Kommunkod",
            "Undersökning",
            "Fråga",
            "Fält",
            "Värde",
            "Beslut",
            "Kodare",
            "Kodningsdatum",
            "Kodram",
            "Referens",
        ],
        [*_coded_text(survey), *_coded_interviews(rng)],
        "Kodning av uppdiktade svar",
    )


def _delivery(
    name: str,
    heading: Sequence[str],
    rows: Rows,
    avsandare: str,
    *,
    pahittad: bool = True,
    told: Mapping[str, str] | None = None,
) -> TextDelivery:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows([heading, *rows])
    return TextDelivery(
        f"underlag/{name}.csv",
        text.getvalue(),
        {
            "overenskommelse": "gnv_2019",
            "period": "2020",
            "mottagen": "2020-05-29T12:00:00",
            **(told or {}),
            "avsandare": avsandare,
            **({"pahittad": True} if pahittad else {}),
        },
    )


def interviewed() -> list[str]:
    """The codes of the municipalities that the report names."""
    kod = {row["kommun"]: row["kommun_kod"] for row in read_seed("reference/kommuner.csv")}
    return [kod[namn] for namn, cells in printed("Underlag").items() if "intervjuad" in cells]


def _dealt(rng: random.Random, who: Sequence[str], total: int, most: Sequence[str] = ()) -> list[str]:
    """Each at least once, those of ``most`` four times more, the rest at random among the others, once each."""
    extra = [w for w in most for _ in range(4)]
    others = [w for w in who if w not in most]
    return sorted([*who, *extra, *rng.sample(others, total - len(who) - len(extra))], key=list(who).index)


def _regional(rng: random.Random, regioner: list[str]) -> Rows:
    tryckt = printed("Underlag")
    case = {region: cells["fallstudie"] for region, cells in tryckt.items() if "fallstudie" in cells}
    dealt = _dealt(rng, regioner, int(tryckt["Intervjuer i regioner"]["antal"]), list(case))
    how = {"besok": "besök", "distans": "distans"}
    return [
        [
            "intervju",
            region,
            "",
            "ja" if region in case else "nej",
            *_occasion(rng, how[case.get(region, "distans")], "region"),
        ]
        for region in dealt
    ]


def _municipal(rng: random.Random) -> Rows:
    kommuner = interviewed()
    on_site = rng.sample(kommuner, 2)
    dealt = _dealt(rng, kommuner, int(printed("Underlag")["Intervjuer i kommuner"]["antal"]))
    return [
        ["intervju", "", kommun, "ja", *_occasion(rng, "besök" if kommun in on_site else "telefon", "kommun")]
        for kommun in dealt
    ]


def _occasion(rng: random.Random, how: str, who: str) -> list[str]:
    """Form, how, role, day and the mark."""
    day = COLLECTED[0] + timedelta(days=rng.randint(0, (COLLECTED[1] - COLLECTED[0]).days))
    return [rng.choice(("enskild", "grupp")), how, rng.choice(ROLLER[who]), day.isoformat(), MARKE]


def _published(row: dict[str, str]) -> list[str]:
    """What the report says, as it says it: nothing is added to the seed but the region's name."""
    names = {r["region_kod"]: r["region"] for r in read_seed("reference/regioner.csv")}
    where = [names.get(row["region_kod"], ""), row["kommun_kod"]]
    said = [row[name] for name in ("utsaga", "varde", "antal", "bas", "publikation")]
    return ["publicerad", *where, *said, f"rad {row['kallrad']}"]


def _summary(region: str, status: str) -> list[str]:
    granskad = "2020-05-22" if status in ("godkänd", "rättad") else ""
    return [
        "sammanfattning",
        region,
        "2020-05-08",
        f"{MARKE} sammanfattning av omställningen i {region}, utan verkliga uppgifter.",
        status,
        granskad,
    ]


def _coded_text(survey: pd.DataFrame) -> Rows:
    """Question 4 judged by one coder for the first municipalities; by a second for the first five, who differs on the fifth."""
    from examples.generators.kommunenkat import ATGARDER

    rows = []
    coded = survey.head(KODADE_SVAR)
    for number, (kommun, answer) in enumerate(zip(coded["kommunkod"], coded["f4"], strict=True), 1):
        falt = KODER[ATGARDER.index(answer)]
        rows.append(_code(kommun, UNDERSOKNING, "4", falt, "ja" if falt else "", KODARE[0]))
        if number <= 5:
            other = falt if number < 5 else "atgard_formaner"
            rows.append(_code(kommun, UNDERSOKNING, "4", other, "ja" if other else "", KODARE[1]))
    return rows


def _coded_interviews(rng: random.Random) -> Rows:
    kommuner = interviewed()[:KODADE_INTERVJUER]
    rows = [
        _code(kommun, "", "intervju", falt, varde, KODARE[0])
        for falt, varde, antal in INTERVJUKODER
        for kommun in sorted(rng.sample(kommuner, antal))
    ]
    silent = set(kommuner) - {row[1] for row in rows}
    return [*rows, *(_code(kommun, "", "intervju", "", "", KODARE[0]) for kommun in sorted(silent))]


def _code(kommun: str, undersokning: str, fraga: str, falt: str, varde: str, kodare: str) -> list[str]:
    beslut = "tillagd" if falt else "bekräftad"
    return ["kodning", kommun, undersokning, fraga, falt, varde, beslut, kodare, "2020-03-16", KODRAM, MARKE]
