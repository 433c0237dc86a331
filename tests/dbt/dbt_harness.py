"""Raw tables made by hand and a dbt build of them, without the rooms before dbt."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.warehouse import contents, project
from dagster_project.warehouse import dbt as warehouse

PROJECT = Path(__file__).resolve().parents[2]
DBT = PROJECT / "dbt"
SEEDS = PROJECT / "seeds"

COMMON = {
    "_leverans_id": pa.string(),
    "_blad": pa.string(),
    "_rad": pa.int64(),
    "_respondent": pa.string(),
    "_period": pa.date32(),
}
FORM = {
    "mottagare": pa.string(),
    "organisationsnummer": pa.string(),
    "overenskommelse": pa.string(),
    "diarienummer": pa.string(),
    "diarienummer_beslut": pa.string(),
    "ar": pa.int32(),
    "datum": pa.date32(),
    "undertecknad": pa.bool_(),
}
TABLES: dict[str, dict[str, pa.DataType]] = {
    "webbtidbok/mottagningar": {"region_kod": pa.string(), "visa_tid": pa.int64(), "boka_tid": pa.int64()},
    "inriktningsdokument/dokument": {
        "region_kod": pa.string(),
        "ar": pa.int32(),
        "dokument": pa.string(),
        "politiskt_beslut": pa.string(),
        "gemensamt_dokument": pa.string(),
    },
    "kommunenkat/kommuner": {"undersokning": pa.string(), "kommun_kod": pa.string(), "svarsdatum": pa.date32()},
    "kommunenkat/svar": {
        "undersokning": pa.string(),
        "kommun_kod": pa.string(),
        "svarsdatum": pa.date32(),
        "fraga": pa.string(),
        "svar": pa.string(),
        "_kolumn": pa.string(),
    },
    "kommunenkat/fritext": {
        "undersokning": pa.string(),
        "kommun_kod": pa.string(),
        "svarsdatum": pa.date32(),
        "fraga": pa.string(),
        "fritext": pa.string(),
        "_kolumn": pa.string(),
    },
    "vantetid_primarvard/kontakter": {
        "region_kod": pa.string(),
        "vardenhet_id": pa.string(),
        "kontakt_id": pa.string(),
        "yrkeskategori": pa.string(),
        "kon": pa.string(),
        "fodelsear": pa.int32(),
        "lkf": pa.string(),
        "vardgaranti": pa.string(),
        "nytt_eller_forsamrat": pa.string(),
        "avvikelse": pa.string(),
        "vardkontakt": pa.string(),
        "kontakt_datum": pa.date32(),
        "besok_datum": pa.date32(),
    },
    "enhetsregister/enheter": {
        "region_kod": pa.string(),
        "vardenhet_id": pa.string(),
        "namn": pa.string(),
        "agarform": pa.string(),
        "giltig_fran": pa.date32(),
        "giltig_till": pa.date32(),
    },
    "statistikdatabas/varden": {
        "amne": pa.string(),
        "region_kod": pa.string(),
        "period": pa.date32(),
        "varde": pa.float64(),
        "status": pa.string(),
        "uttagen": pa.date32(),
    },
    "vantetid_specialistvard/vantande": {
        "region_kod": pa.string(),
        "grupp": pa.string(),
        "vantande": pa.int64(),
        "vantande_inom_90": pa.int64(),
        "vantande_inom_60": pa.int64(),
        "patientvald_vantan": pa.int64(),
        "enheter_rapporterat": pa.int64(),
        "enheter_forvantat": pa.int64(),
        "rapporterad": pa.date32(),
    },
    **{
        f"{kalla}/varden": {
            "matt": pa.string(),
            "region_kod": pa.string(),
            "ar": pa.int32(),
            "kon": pa.string(),
            "taljare": pa.int64(),
            "namnare": pa.int64(),
            "varde": pa.float64(),
            "markering": pa.string(),
            "fraga": pa.string(),
            "sida": pa.int64(),
            "nasta_sida": pa.int64(),
        }
        for kalla in ("kolada", "sdb", "vardenisiffror")
    },
    "rakenskap/kostnader": {
        "region_kod": pa.string(),
        "ar": pa.int32(),
        "komponent": pa.string(),
        "belopp": pa.int64(),
    },
    "specialistbevis/bevis": {
        "region_kod": pa.string(),
        "ar": pa.int32(),
        "kon": pa.string(),
        "specialitet": pa.string(),
        "antal": pa.int64(),
    },
    "barometer/svar": {
        "region_kod": pa.string(),
        "ar": pa.int32(),
        "kon": pa.string(),
        "fraga": pa.string(),
        "svarsalternativ": pa.string(),
        "antal": pa.int64(),
    },
    "befolkning/folkmangd": {"region_kod": pa.string(), "ar": pa.int32(), "kon": pa.string(), "antal": pa.int64()},
    "nulagesrapport/segment": {
        "region_kod": pa.string(),
        "overenskommelse": pa.string(),
        "ar": pa.int32(),
        "segment": pa.int64(),
        "rad_fran": pa.int64(),
        "rad_till": pa.int64(),
        "antal_block": pa.int64(),
        "antal_forslag": pa.int64(),
        "textkvalitet": pa.string(),
        "dokumenttyp": pa.string(),
        "titel": pa.string(),
        "nulagesrapport": pa.bool_(),
    },
    "nulagesrapport/block": {
        "region_kod": pa.string(),
        "overenskommelse": pa.string(),
        "ar": pa.int32(),
        "segment": pa.int64(),
        "dokumenttyp": pa.string(),
        "omrade": pa.int64(),
        "sida": pa.int64(),
        "rad_till": pa.int64(),
        "slag": pa.string(),
        "text": pa.string(),
    },
    "kodning/rader": {
        "region_kod": pa.string(),
        "overenskommelse": pa.string(),
        "ar": pa.int32(),
        "omrade": pa.int64(),
        "ar_fran": pa.int64(),
        "ar_till": pa.int64(),
        "kostnad_kr": pa.int64(),
        "rad_fran": pa.int64(),
        "rad_till": pa.int64(),
        "sida": pa.int64(),
        "typ": pa.string(),
        "beslut": pa.string(),
        "falt": pa.string(),
        "varde": pa.string(),
        "forekomst": pa.string(),
        "avgorande": pa.string(),
        "text": pa.string(),
        "status": pa.string(),
        "omfattning": pa.string(),
        "malgrupp": pa.string(),
        "part": pa.string(),
        "tema": pa.string(),
        "kostnadsstatus": pa.string(),
        "resultatstatus": pa.string(),
        "citat": pa.string(),
        "forslag_id": pa.string(),
        "kodare": pa.string(),
        "kodram": pa.string(),
        "kodblad": pa.string(),
        "kodningsdatum": pa.date32(),
    },
    "underlag/rader": {"ar": pa.int32()}
    | dict.fromkeys(
        (
            "slag",
            "region_kod",
            "kommun_kod",
            "part",
            "organisation",
            "fallstudie",
            "form",
            "genomforande",
            "roll",
            "omrade",
            "tema",
            "text",
            "granskning",
            "undersokning",
            "fraga",
            "falt",
            "varde",
            "beslut",
            "avgorande",
            "kodare",
            "kodram",
            "referens",
        ),
        pa.string(),
    )
    | dict.fromkeys(("datum", "granskad", "kodningsdatum"), pa.date32()),
    "rekvisition/blanketter": FORM | {"belopp": pa.int64()},
    "ekonomisk_redovisning/blanketter": FORM
    | dict.fromkeys(("bidrag", "utbetalat", "erhallet", "kostnader", "oforbrukat"), pa.int64())
    | dict.fromkeys(("granskning", "avvikelser", "jamforbar"), pa.string()),
}
LEVERANSER = {
    "leverans_id": pa.string(),
    "kalla": pa.string(),
    "status": pa.string(),
    "respondent": pa.string(),
    "period": pa.date32(),
    "mottagen": pa.timestamp("us"),
}
TACKNING = {
    "kalla": pa.string(),
    "leverans_id": pa.string(),
    "respondent": pa.string(),
    "period": pa.date32(),
    "rader": pa.int64(),
    "mottagen": pa.timestamp("us"),
    "gallande": pa.bool_(),
}


BAD = ("error", "fail", "runtime error", "skipped")


def seed(name: str) -> pd.DataFrame:
    return pd.read_csv(SEEDS / f"{name}.csv", dtype=str, keep_default_na=False)


@dataclass
class Raw:
    """Deliveries as the rooms before dbt would leave them: raw rows, and the two tables of the register."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {table: [] for table in TABLES})
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    blocks: dict[tuple[str, str, date], list[dict[str, Any]]] = field(default_factory=dict)

    def deliver(
        self,
        leverans_id: str,
        mottagen: datetime,
        period: date,
        respondent: str,
        tables: dict[str, list[dict[str, Any]]],
    ) -> None:
        """One delivery for one period; ``respondent`` names the column that says whose a row is."""
        kalla = next(iter(tables)).split("/")[0]
        self.deliveries.append({"leverans_id": leverans_id, "kalla": kalla, "status": "godkand", "mottagen": mottagen})
        numbers: dict[str, int] = {}
        for table, rows in tables.items():
            for row in rows:
                number = row.get("_rad") or numbers.setdefault(table, 1) + 1
                numbers[table] = number
                common = {
                    "_leverans_id": leverans_id,
                    "_rad": number,
                    "_respondent": row[respondent],
                    "_period": period,
                }
                self.rows[table].append(common | row)
        for code in sorted({row[respondent] for rows in tables.values() for row in rows}):
            self.blocks.setdefault((kalla, code, period), []).append(
                {"kalla": kalla, "leverans_id": leverans_id, "respondent": code, "period": period, "mottagen": mottagen}
            )

    def reject(self, leverans_id: str, kalla: str, mottagen: datetime, **stated: Any) -> None:
        self.deliveries.append(
            {"leverans_id": leverans_id, "kalla": kalla, "status": "avvisad", "mottagen": mottagen, **stated}
        )

    def write(self, folder: Path) -> None:
        for table, columns in TABLES.items():
            schema = pa.schema(COMMON | columns)
            _write(folder / table / "period=schema" / "tom.parquet", [], schema)
            for row_set in {(row["_period"], row["_leverans_id"]) for row in self.rows[table]}:
                rows = [row for row in self.rows[table] if (row["_period"], row["_leverans_id"]) == row_set]
                _write(folder / table / f"period={row_set[0]}" / f"{row_set[1]}.parquet", rows, schema)
        covered = [
            block | {"gallande": block is max(versions, key=lambda version: version["mottagen"])}
            for versions in self.blocks.values()
            for block in versions
        ]
        _write(folder / "register" / "leveranser.parquet", self.deliveries, pa.schema(LEVERANSER))
        _write(folder / "register" / "tackning.parquet", covered, pa.schema(TACKNING))
        contents.note(folder)


def _write(path: Path, rows: list[dict[str, Any]], schema: pa.Schema) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema), path)


def dbt(folder: Path, *command: str, year: int = 2020, trosklar: dict[str, Any] | None = None) -> None:
    """Run dbt on ``folder/raw`` into ``folder/build.duckdb``; artefacts in ``folder/target``."""
    places = warehouse.Places(folder / "raw", folder / "build.duckdb", folder / "target")
    done = warehouse.run(places, {"ar": year, "trosklar": json.dumps(trosklar or {})}, *command)
    failed = [
        f"{r.node.unique_id}: {r.message}" for r in getattr(done.result, "results", []) if r.failures or r.status in BAD
    ]
    assert done.success, f"{done.exception or ''} {failed[:10]}"


def copied_project(place: Path, patch: pytest.MonkeyPatch) -> ModuleType:
    """Let the warehouse work on a copy of the dbt project and its seeds, below ``place``."""
    for name in ("DBT", "SEEDS"):
        copy = place / name.lower()
        shutil.copytree(getattr(project, name), copy, ignore=shutil.ignore_patterns("target", "logs"))
        patch.setattr(project, name, copy)
    return project


def query(folder: Path, sql: str) -> pd.DataFrame:
    with duckdb.connect(folder / "build.duckdb", read_only=True) as connection:
        return connection.sql(sql).df()
