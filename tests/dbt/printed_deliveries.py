"""Made-up deliveries that add up to the printed tables of 2020. Which municipality answered what is invented."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Any

from dbt_harness import PROJECT, Raw, seed

GOLDEN = PROJECT / "tests" / "golden"
TROSKLAR = {"kommunenkat": {"svarsfrekvens": 70.0, "max_andel_karantan": 0.25}, "webbtidbok": {"svarsfrekvens": 100.0}}
SURVEY = "kommunenkat_2019"
SURVEY_PERIOD = date(2019, 12, 1)
#: Printed: 38 % of 221, 48 % of 223, 37 % of 222, 31 % of 220. The counts are not; these are among the possible ones.
FIGUR_5_JA = {"1a": (84, 221), "1b": (107, 223), "1c": (82, 222), "1d": (69, 220)}

Answers = dict[str, dict[str, str]]


def golden(name: str) -> list[dict[str, str]]:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def region_codes() -> dict[str, str]:
    return dict(seed("reference/regioner")[["region", "region_kod"]].itertuples(index=False))


def municipalities() -> list[str]:
    """226 of the 290 municipalities, from every region: the first of each region, then the second, and so on."""
    by_region = [group["kommun_kod"].tolist() for _, group in seed("reference/kommuner").groupby("region_kod")]
    return [code for row in zip_longest(*by_region) for code in row if code][:226]


def _spread(counts: dict[str, int], codes: list[str], turn: int) -> dict[str, str]:
    """Answers in these numbers; who gives which is turned so that the items do not follow each other."""
    turned = codes[turn:] + codes[:turn]
    answers = [answer for answer, count in counts.items() for _ in range(count)]
    return dict(zip(turned, answers, strict=False))


def answers() -> Answers:
    """Item → municipality → answer, with the printed numbers."""
    codes = municipalities()
    given: Answers = {
        item: _spread({"ja": ja, "nej": n - ja}, codes, 7 * turn)
        for turn, (item, (ja, n)) in enumerate(FIGUR_5_JA.items())
    }
    given["2"] = _spread({"ja": 62, "nej": 163}, codes, 131)
    given["2a"] = _spread({"ja": 96, "nej": 67}, [code for code in codes if given["2"].get(code) == "nej"], 11)
    yrken = dict(seed("reference/yrken")[["yrke", "yrke_kod"]].itertuples(index=False))
    for turn, (yrke, kod) in enumerate(yrken.items()):
        counts = {row["svarsalternativ"]: int(row["antal"]) for row in golden("tabell_3") if row["yrke"] == yrke}
        given[f"3_{kod}"] = _spread(counts, codes, 13 * turn)
    return given


def _rows(given: Answers, codes: list[str], answered: date, start: int = 2) -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {"kommunenkat/kommuner": [], "kommunenkat/svar": []}
    for number, code in enumerate(codes, start=start):
        row = {"undersokning": SURVEY, "kommun_kod": code, "svarsdatum": answered, "_rad": number}
        tables["kommunenkat/kommuner"].append(row)
        tables["kommunenkat/svar"] += [
            row | {"fraga": item, "svar": by_code[code], "_kolumn": f"f{item}"}
            for item, by_code in given.items()
            if code in by_code
        ]
    return tables


def deliveries() -> Raw:
    """What is wrong at first is put right by a correction or a newer answer, so that the printed numbers come out."""
    raw = Raw()
    codes, right = municipalities(), answers()
    wrong = {item: {code: "brist" if item.startswith("3") else "ja" for code in codes} for item in right}

    # A first file with 120 municipalities, of which five are wrong; a second with the others, and the five corrected.
    first = _rows(wrong, codes[:5], date(2020, 1, 10))
    for table, rows in _rows(right, codes[5:120], date(2020, 1, 10), start=7).items():
        first[table] += rows
    second = _rows(right, codes[:5] + codes[120:], date(2020, 1, 27))
    # The same municipality once more further down, with an older answer: the newer one counts.
    for table, rows in _rows(wrong, codes[-1:], date(2020, 1, 20), start=500).items():
        second[table] += rows
    # An answer to 2a although 2 = ja counts for nothing; one municipality answers a day late.
    ja = next(code for code in codes[120:] if right["2"].get(code) == "ja")
    second["kommunenkat/svar"].append(
        next(r for r in second["kommunenkat/svar"] if r["kommun_kod"] == ja) | {"fraga": "2a", "svar": "ja"}
    )
    for rows in second.values():
        for row in rows:
            if row["kommun_kod"] == codes[130]:
                row["svarsdatum"] = date(2020, 1, 27) + timedelta(days=1)
    raw.deliver("enkat-1", datetime(2020, 1, 15), SURVEY_PERIOD, "kommun_kod", first)
    raw.deliver("enkat-2", datetime(2020, 2, 1), SURVEY_PERIOD, "kommun_kod", second)

    # Webbtidbok: Halland is corrected; its double row in the correction is decided by the later row.
    kod = region_codes()
    printed = [
        {"region_kod": kod[r["region"]], "visa_tid": int(r["visa_tid"]), "boka_tid": int(r["boka_tid"])}
        for r in golden("tabell_2")
    ]
    halland = next(row for row in printed if row["region_kod"] == kod["Halland"])
    period, table = date(2020, 3, 1), "webbtidbok/mottagningar"
    delivered = [row if row is not halland else row | {"visa_tid": 1, "boka_tid": 1} for row in printed]
    raw.deliver("webb-1", datetime(2020, 4, 1), period, "region_kod", {table: delivered})
    raw.deliver("webb-2", datetime(2020, 4, 9), period, "region_kod", {table: [halland | {"visa_tid": 2}, halland]})

    # Inriktningsdokument: twenty regions at once, the last by itself.
    documents = [
        {"region_kod": kod[r["region"]], "ar": 2020} | {k: v or None for k, v in r.items() if k != "region"}
        for r in golden("tabell_1")
    ]
    for name, rows in {"dok-1": documents[:20], "dok-2": documents[20:]}.items():
        raw.deliver(name, datetime(2020, 5, 1), date(2020, 1, 1), "region_kod", {"inriktningsdokument/dokument": rows})
    _free_text(raw, codes)
    _other_material(raw, codes)
    _coding_of_2018(raw)
    return raw


def statements_of_2018() -> dict[str, tuple[str, int, str]]:
    """Statement → its field, a number of regions that its printed word may stand for, and the word; 14 is the printed number of S002."""
    fields = dict(seed("nulagesrapport/utsagor")[["utsaga_id", "falt"]].itertuples(index=False))
    return {
        row["statement_id"]: (
            fields[row["statement_id"]],
            14 if row["statement_id"] == "S002" else int(row["derived_antal_min"]),
            row["kvantifierare_printed"].lower(),
        )
        for row in golden("seed004/tables/region_pastaenden_kvantifierade")
        if row["derived_unit"] == "region"
        and row["kvantifierare_printed"].lower() in ("samtliga", "flertalet", "flera", "några")
    }


def _coding_of_2018(raw: Raw) -> None:
    """Every region's report on 2018 as coded by one analyst: as many say yes to a statement as its word needs at least."""
    agreement = "professionsmiljarden_2017"
    coded = [
        {
            "typ": "uppgift",
            "falt": field,
            "varde": "ja" if place < count else "nej",
            "forekomst": "angivet",
            "beslut": "bekraftad",
            "kodare": "A",
            "kodningsdatum": date(2019, 4, 2),
            "kodram": "1",
            "region_kod": region,
            "overenskommelse": agreement,
            "kodblad": f"{region}/{agreement}/A",
            "ar": 2018,
        }
        for field, count, _ in statements_of_2018().values()
        for place, region in enumerate(region_codes().values())
    ]
    raw.deliver("kodning-2018", datetime(2019, 4, 2), date(2018, 1, 1), "kodblad", {"kodning/rader": coded})


#: Question 4 of ten municipalities that answered in the second file. The last four texts nobody has judged.
FREE_TEXT = [
    *["PÅHITTAT: vi anlitar hyrpersonal."] * 4,
    "PÅHITTAT: ingenting särskilt.",
    "PÅHITTAT: vi erbjuder andra arbetstider.",
    "PÅHITTAT: hyrpersonal och omfördelning av arbetsuppgifter.",
    *["PÅHITTAT: vi har god tillgång."] * 3,
]
#: municipality (its place in FREE_TEXT), coder, field, value, decision, whether the row decides
CODES = [
    (0, "A", "atgard_bemanningsforetag", "ja", "bekraftad", None),
    (0, "B", "atgard_bemanningsforetag", "ja", "tillagd", None),
    (1, "A", "atgard_bemanningsforetag", "ja", "bekraftad", None),  # B sees another thing, and nobody decides
    (1, "B", "atgard_omfordelning_arbetsuppgifter", "ja", "tillagd", None),
    (2, "A", "atgard_bemanningsforetag", "ja", "bekraftad", None),  # B rejects it, C decides
    (2, "B", "atgard_bemanningsforetag", None, "avvisad", None),
    (2, "C", "atgard_bemanningsforetag", "ja", "bekraftad", "ja"),
    (3, "A", "atgard_bemanningsforetag", None, "avvisad", None),
    (4, "A", None, None, "bekraftad", None),
    (5, "A", "atgard_formaner", "Arbetstider", "tillagd", None),
]


def _free_text(raw: Raw, codes: list[str]) -> None:
    rows = [
        {
            "undersokning": SURVEY,
            "kommun_kod": kod,
            "fraga": "4",
            "fritext": text,
            "_kolumn": "f4",
            "_leverans_id": "enkat-2",
            "_rad": row["_rad"],
            "_respondent": kod,
            "_block": "",
            "_period": SURVEY_PERIOD,
        }
        for kod, text in zip(codes[140:150], FREE_TEXT, strict=True)
        for row in raw.rows["kommunenkat/kommuner"]
        if row["_leverans_id"] == "enkat-2" and row["kommun_kod"] == kod
    ]
    raw.rows["kommunenkat/fritext"] += rows


def _other_material(raw: Raw, codes: list[str]) -> None:
    """As many interviews as the report prints, with whom it names; made-up codes and summaries."""
    printed: dict[str, dict[str, str]] = {}
    for cell in golden("underlag"):
        printed.setdefault(cell["rad"], {})[cell["kolumn"]] = cell["varde"]
    kommuner = dict(seed("reference/kommuner")[["kommun", "kommun_kod"]].itertuples(index=False))
    interviewed = [kommuner[name] for name, cells in printed.items() if "intervjuad" in cells]
    interviews = [
        {
            "slag": "intervju",
            "region_kod": kod,
            "fallstudie": "ja" if "fallstudie" in printed.get(name, {}) else "nej",
            "genomforande": printed.get(name, {}).get("fallstudie", "distans"),
            "datum": date(2020, 1, day),
        }
        for day in (14, 15)
        for name, kod in region_codes().items()
    ] + [
        {"slag": "intervju", "kommun_kod": kod, "genomforande": "telefon", "datum": date(2020, 2, 3)}
        for kod in [*interviewed, *interviewed[:4]]
    ]
    coded = [
        {
            "slag": "kodning",
            "kommun_kod": codes[140 + place],
            "undersokning": SURVEY,
            "fraga": "4",
            "falt": field,
            "varde": value,
            "beslut": decision,
            "avgorande": decides,
            "kodare": coder,
            "kodningsdatum": date(2020, 3, 2),
            "kodram": "1",
        }
        for place, coder, field, value, decision, decides in CODES
    ] + [
        {
            "slag": "kodning",
            "kommun_kod": kod,
            "fraga": "intervju",
            "falt": field,
            "varde": "ja",
            "beslut": "tillagd",
            "kodare": "A",
            "kodningsdatum": date(2020, 3, 2),
            "kodram": "1",
        }
        for kod, field in zip(
            interviewed[:3],
            ["inledande_moten_med_regionen", "inledande_moten_med_regionen", "hanvisar_till_sip"],
            strict=True,
        )
    ]
    summaries = [
        {"slag": "sammanfattning", "region_kod": "13", "text": text, "granskning": status, "granskad": day}
        for text, status, day in (("PÅHITTAD äldre.", "skickad", None), ("PÅHITTAD.", "rattad", date(2020, 5, 20)))
    ]
    viewpoints = [
        {"slag": "synpunkt", "part": "patienter", "omrade": "Uppdiktat", "tema": "kontinuitet", "referens": "PÅHITTAD"}
    ] * 2
    for row in (rows := [*interviews, *coded, *summaries, *viewpoints]):
        row |= {"ar": 2020}
    raw.deliver("underlag-1", datetime(2020, 5, 29), date(2020, 1, 1), "slag", {"underlag/rader": rows})
