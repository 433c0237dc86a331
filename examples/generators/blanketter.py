"""Made-up requisitions and economic reports under God och nära vård 2020.

The amounts granted are the agreement's own (``seeds/agreements/``). Everything else is made up, in plain shares of the grant, and the
sidecars say so.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta

from dagster_project.settings import SEEDS
from examples.generators.indikatorer import TextDelivery, table

AGREEMENT = {
    "Organisationsnummer": "000000-0000",
    "Kontaktperson": "PÅHITTAD PERSON",
    "E-postadress": "pahittad@example.org",
    "Regeringskansliets diarienummer för bakomliggande överenskommelse": "PÅHITTAT S0000/00000/FS",
    "Regeringskansliets diarienummer för regeringsbeslut avseende utbetalning": "PÅHITTAT",
    "Överenskommelsens benämning": "gnv_2020",
}
SENDER = "Uppdiktade blanketter, bara de tilldelade beloppen är överenskommelsens"
#: Who is late, has not asked for the money, has no signature, and whose report cannot be compared with others'.
LATE, ABSENT, UNSIGNED, INCOMPARABLE = "Skåne", "Gotland", "Blekinge", "Dalarna"


def granted() -> Iterator[tuple[str, int]]:
    """Recipient and grant: the regions, the RSS of the counties, SKR."""
    names = {row["region_kod"]: row for row in _seed("reference/regioner")}
    posts = {
        (row["tabell"], row["post"]): row["mottagartyp"]
        for row in _seed("agreements/poster")
        if row["overenskommelse"] == "gnv_2020" and row["tilldelat"] == "true"
    }
    for cell in _seed("agreements/medelstabeller"):
        kind = posts.get((cell["tabell"], cell["kolumn"])) if cell["overenskommelse"] == "gnv_2020" else None
        region = names.get(cell["region_kod"])
        if kind and (region or kind == "skr"):
            name = {"region": region and region["region"], "kommun": region and f"RSS i {region['lan']}", "skr": "SKR"}[
                kind
            ]
            yield str(name), int(float(cell["varde"]))


def deliveries() -> Iterator[TextDelivery]:
    """The requisitions, the late one by itself, and the reports of the year."""
    asked = [(name, kronor) for name, kronor in granted() if name != ABSENT]
    yield _requisitions("PAHITTADE_REKVISITIONER_2020", [a for a in asked if a[0] != LATE], date(2020, 11, 24))
    yield _requisitions("PAHITTAD_SEN_REKVISITION_2020", [a for a in asked if a[0] == LATE], date(2020, 12, 8))
    rows = []
    for number, (name, kronor) in enumerate(asked):
        costs = kronor * (100 - number % 4) // 100
        split = _by_area(name, costs)
        rows.append(
            AGREEMENT
            | {
                "Bidragsmottagare": name,
                "Summa bidrag enligt överenskommelsen": f"{kronor} kr",
                "Summa bidrag som utbetalats från Kammarkollegiet": f"{kronor} kr",
                "Period som den ekonomiska redovisningen avser": 2020,
                "Bidrag som erhållits Kammarkollegiet": f"{kronor} kr",
                "Kostnader (specificera större kostnadsposter)": f"PÅHITTAT: personal {costs * 3 // 4} kr, lokaler {costs // 10} kr",
                "Summa kostnader": f"{costs} kr",
            }
            | split
            | {
                "Medel som inte har förbrukats (Bidrag – kostnader)": f"{kronor - costs} kr",
                "Ekonomichefens granskning": "Alt 1",
                "Jämförbar": "nej" if name == INCOMPARABLE else "ja",
                "Datum": date(2021, 3, 22),
                "Underskrift": "PÅHITTAD UNDERSKRIFT",
            }
        )
    yield TextDelivery(
        "ekonomisk_redovisning/PAHITTADE_REDOVISNINGAR_2020.csv",
        table(list(rows[0]), [list(row.values()) for row in rows]),
        _said("2021-03-30T09:00:00"),
    )


def _by_area(name: str, costs: int) -> dict[str, str]:
    """What a region says of its costs by area; the others do not say it."""
    areas = {"nära vård": 46, "barnhälsovård": 2, "vårdens medarbetare": 48}
    parts = {area: costs * share // 100 for area, share in areas.items()}
    parts["Vision e-hälsa"] = costs - sum(parts.values())
    region = not name.startswith(("RSS", "SKR"))
    return {f"Kostnader för {area}": f"{part} kr" if region else "" for area, part in parts.items()}


def _requisitions(name: str, asked: list[tuple[str, int]], day: date) -> TextDelivery:
    rows = [
        AGREEMENT
        | {
            "Bidragsmottagare": recipient,
            "Belopp som rekvireras": f"{kronor} kr",
            "Period som rekvisitionen avser": 2020,
            "Datum": day,
            "Underskrift": "" if recipient == UNSIGNED else "PÅHITTAD UNDERSKRIFT",
        }
        for recipient, kronor in asked
    ]
    return TextDelivery(
        f"rekvisition/{name}.csv",
        table(list(rows[0]), [list(row.values()) for row in rows]),
        _said(f"{day + timedelta(days=1)}T09:00:00"),
    )


def _said(received: str) -> dict[str, str | bool]:
    return {
        "period": "2020",
        "overenskommelse": "gnv_2020",
        "mottagen": received,
        "avsandare": SENDER,
        "pahittad": True,
    }


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
