"""Kommunenkät: one row per answering municipality, turned into one row per answered item.

Which column is which question comes from ``seeds/surveys/enkatfragor.csv``; a new survey is a new format and new rows there.
"""

from __future__ import annotations

import csv

from dagster_project.reading.formats import Format
from dagster_project.settings import SEEDS
from dagster_project.sources import COMMON, Source

KEY = f"{COMMON}, undersokning, kommun_kod, svarsdatum"


def questions(undersokning: str) -> list[dict[str, str]]:
    """The items of one survey, in questionnaire order."""
    with (SEEDS / "surveys" / "enkatfragor.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["undersokning"] == undersokning]


def _long(items: list[dict[str, str]], value: str) -> str:
    """One row per non-blank cell of the items' columns."""
    each = [
        f"select {KEY}, '{q['fraga']}' as fraga, {q['kolumn']} as {value}, '{q['kolumn']}' as _kolumn "
        f"from godkand where {q['kolumn']} is not null"
        for q in items
    ]
    return " union all ".join(each)


def tables(spec: Format) -> dict[str, str]:
    columns = {k.namn for k in spec.kolumner}
    items = [q for q in questions(spec.konstanter["undersokning"]) if q["kolumn"] in columns]
    return {
        "kommuner": f"select {KEY} from godkand",
        "svar": _long([q for q in items if q["fragetyp"] == "enval"], "svar"),
        "fritext": _long([q for q in items if q["fragetyp"] == "fritext"], "fritext"),
    }


SOURCE = Source("kommunenkat", tables)
