"""Deliveries of waiting times as the door leaves them: raw Parquet and the register, without running the door.

What is a whole row is decided by the reference (``judge_delivery``); which delivery counts is decided here, block by
block, as the register does. As at the door, a contact that stands twice in a region's month is its last row.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from dbt_harness import LEVERANSER, TABLES, TACKNING, Raw
from reference import Delivery, Frame, Lists, judge_delivery

from dagster_project.warehouse import contents

CONTACTS_OF, UNITS_OF = "vantetid_primarvard/kontakter", "enhetsregister/enheter"
CONTACTS, UNITS = TABLES[CONTACTS_OF], TABLES[UNITS_OF]
FRAME_PERIOD = dt.date(2010, 1, 1)


def write(
    folder: Path,
    deliveries: Sequence[Delivery],
    frame: Frame,
    lists: Lists,
    ownership: dict[str, str] | None = None,
) -> None:
    """The deliveries, and the frame of units, below ``folder`` (raw), in place of those that lay there."""
    if not folder.exists():
        Raw().write(folder)
    for table in (CONTACTS_OF, UNITS_OF):
        for delivered in (folder / table).glob("period=[0-9]*"):
            shutil.rmtree(delivered)
    register, covered = [], []
    for number, delivery in enumerate(deliveries, start=1):
        identity = f"v{number}"
        received = dt.datetime.fromisoformat(delivery.received)
        register.append(
            {"leverans_id": identity, "kalla": "vantetid_primarvard", "status": "godkand", "mottagen": received}
        )
        rows = _contact_rows(identity, delivery, frame, lists)
        for month, here in rows.items():
            path = folder / CONTACTS_OF / f"period={month}" / f"{identity}.parquet"
            _write(path, here, CONTACTS)
        blocks = dict.fromkeys(delivery.declares, 0)
        for month, here in rows.items():
            for row in here:
                blocks[row["region_kod"], month] = blocks.get((row["region_kod"], month), 0) + 1
        covered += [
            {
                "leverans_id": identity,
                "respondent": region,
                "block": "",
                "period": month,
                "rader": count,
                "mottagen": received,
            }
            for (region, month), count in blocks.items()
        ]
    newest: dict[tuple[str, dt.date], dict[str, object]] = {}
    for block in sorted(covered, key=lambda block: block["mottagen"]):
        newest[block["respondent"], block["period"]] = block
    in_force = {id(block) for block in newest.values()}
    coverage = [block | {"kalla": "vantetid_primarvard", "gallande": id(block) in in_force} for block in covered]

    units = [
        {
            "_leverans_id": "e1",
            "_rad": number,
            "_respondent": region,
            "_block": "",
            "_period": FRAME_PERIOD,
            "region_kod": region,
            "vardenhet_id": unit,
            "namn": f"PÅHITTAD {unit}",
            "agarform": (ownership or {}).get(unit, "region"),
            "giltig_fran": max(first, dt.date(1900, 1, 1)),
            "giltig_till": None if last == dt.date.max else last,
        }
        for number, (unit, region, first, last) in enumerate(
            ((unit, *span) for unit, spans in frame.units.items() for span in spans), start=2
        )
    ]
    _write(folder / UNITS_OF / f"period={FRAME_PERIOD}" / "e1.parquet", units, UNITS)
    received = dt.datetime(2020, 1, 1)
    register.append({"leverans_id": "e1", "kalla": "enhetsregister", "status": "godkand", "mottagen": received})
    coverage += [
        {
            "kalla": "enhetsregister",
            "leverans_id": "e1",
            "respondent": region,
            "block": "",
            "period": FRAME_PERIOD,
            "rader": 1,
        }
        | {"mottagen": received, "gallande": True}
        for region in sorted({row["region_kod"] for row in units})
    ]
    _write(folder / "register" / "leveranser.parquet", register, LEVERANSER)
    _write(folder / "register" / "tackning.parquet", coverage, TACKNING)
    contents.note(folder)


def _contact_rows(
    identity: str, delivery: Delivery, frame: Frame, lists: Lists
) -> dict[dt.date, list[dict[str, object]]]:
    contacts, errors = judge_delivery(delivery, frame, lists)
    broken = {error.line for error in errors}
    lines = [line for line in range(2, len(delivery.rows) + 2) if line not in broken]
    last: dict[tuple[dt.date, str, str], dict[str, object]] = {}
    for line, contact in zip(lines, contacts, strict=True):
        if contact.visit is None:
            continue
        month = contact.visit.replace(day=1)
        last[month, contact.region, contact.identity] = {
            "_leverans_id": identity,
            "_rad": line,
            "_respondent": contact.region,
            "_block": "",
            "_period": month,
            "region_kod": contact.region,
            "vardenhet_id": contact.unit,
            "kontakt_id": contact.identity,
            "yrkeskategori": contact.profession,
            "kon": contact.sex,
            "vardgaranti": contact.guarantee,
            "nytt_eller_forsamrat": contact.new,
            "avvikelse": contact.deviation,
            "vardkontakt": contact.form,
            "kontakt_datum": contact.contact,
            "besok_datum": contact.visit,
        }
    months: dict[dt.date, list[dict[str, object]]] = {}
    for (month, _, _), row in last.items():
        months.setdefault(month, []).append(row)
    return months


def _write(path: Path, rows: list[dict[str, object]], schema: pa.Schema) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
