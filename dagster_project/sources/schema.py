"""The raw schema: the columns of every raw table, out of the dated formats, and everywhere else it is told.

``python -m dagster_project.sources.schema`` writes dbt's source yml and the table in ``docs/architecture.md`` anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project import sql
from dagster_project.reading import formats
from dagster_project.reading.formats import Format, Kolumn
from dagster_project.reading.typing_sql import SQL_TYPE
from dagster_project.settings import PROJECT
from dagster_project.sources import all_sources

SOURCES_YML = PROJECT / "dbt" / "models" / "staging" / "_raw__sources.yml"
ARCHITECTURE = PROJECT / "docs" / "architecture.md"

#: What every raw row carries, with its description.
COMMON = {
    "_leverans_id": "Id of the delivery in the register.",
    "_blad": "Sheet in the delivered file; null for text files.",
    "_rad": "Row or line in the delivered file, header = 1.",
    "_respondent": "Who answers for the row: {}.",
    "_block": "Which group of the respondent's rows it belongs to, only to be compared: {}.",
    "_period": "First day of the period the row speaks for.",
}

#: The tables of the register, each one file. Column: type and description.
REGISTER = {
    "leveranser": {
        "leverans_id": ("varchar", "Id of the delivery."),
        "kalla": ("varchar", "The source."),
        "filnamn": ("varchar", "The file's name in landing."),
        "sha256": ("varchar", "Hash of the file."),
        "mottagen": ("timestamp", "When the delivery was received."),
        "registrerad": ("timestamp", "When it was written into the register."),
        "format": ("varchar", "The dated format it was read in; null where none fitted."),
        "status": (
            "varchar",
            "godkand, godkand_med_anmarkning, avvisad, kunde_inte_granskas, vantar, ersatt or aterkallad.",
        ),
        "respondent": ("varchar", "Respondent stated in the sidecar; null if not stated."),
        "period": ("date", "Period stated in the sidecar; null if not stated."),
        "overenskommelse": ("varchar", "Agreement stated in the sidecar; null if not stated."),
        "avsandare": ("varchar", "The sending organisation: the respondent, or who supplies the source."),
        "pahittad": ("boolean", "True where the sidecar says that the delivery is made up."),
        "rader_lasta": ("bigint", "Rows read."),
        "rader_godkanda": ("bigint", "Rows accepted."),
        "rader_karantan": ("bigint", "Rows in quarantine."),
        "antal_fel": ("bigint", "Errors found."),
        "antal_anmarkningar": ("bigint", "Remarks made."),
    },
    "tackning": {
        "kalla": ("varchar", "The source."),
        "leverans_id": ("varchar", "Id of the delivery."),
        "respondent": ("varchar", "Who the block speaks for, as in the raw rows."),
        "block": ("varchar", "Which group of the respondent's rows, as in the raw rows."),
        "overenskommelse": ("varchar", "The agreement, where the group is of one."),
        "period": ("date", "First day of the block's period."),
        "rader": ("bigint", "The delivery's rows in the block."),
        "mottagen": ("timestamp", "When the delivery was received."),
        "gallande": ("boolean", "True for the newest accepted delivery of the block."),
        "vantar": (
            "boolean",
            "True where it came after the one that counts and may not: a value is in doubt, or the order not known.",
        ),
    },
    "innehall": {
        "kalla": ("varchar", "The source."),
        "tabell": ("varchar", "The raw table."),
        "period": ("varchar", "Name of the file's folder, period=."),
        "leverans_id": ("varchar", "Id of the delivery."),
        "byte": ("bigint", "Size of the file."),
        "andrad": ("bigint", "When it was last changed, in nanoseconds."),
        "innehall": ("varchar", "Hash of its bytes."),
    },
}
_REGISTER_GRAIN = {
    "leveranser": "One row per delivery with its fate.",
    "tackning": "One row per delivery and block (respondent × group × period) it speaks for.",
    "innehall": "One row per raw file with what it holds, whatever the year (`warehouse/contents.py`).",
}


def raw_tables() -> dict[str, dict[str, str]]:
    """Every raw table (``source/table``) with its columns and their DuckDB types, the common columns first."""
    return {
        name: {f.name: str(t) for f, t in zip(table.schema, types, strict=True)}
        for name, (table, types) in _empty().items()
    }


def empty_tables(kalla: str) -> dict[str, pa.Table]:
    """The raw tables of a source, by name, without a row."""
    return {name.split("/")[1]: table for name, (table, _) in _empty().items() if name.startswith(f"{kalla}/")}


@cache
def _empty() -> dict[str, tuple[pa.Table, list[str]]]:
    """Each raw table without a row, with its DuckDB types; of several formats of a source, all columns that any of them has.

    :raises ValueError: two formats of a source give one column different types.
    """
    found = {}
    with duckdb.connect() as con:
        for kalla, source in all_sources().items():
            columns: dict[str, dict[str, str]] = {}
            for spec in formats.load()[kalla]:
                _no_rows(con, spec)
                for table, query in source.tables(spec).items():
                    select = f"select null::varchar as _leverans_id, * from ({query})"
                    for column, kind, *_ in con.execute(f"describe {select}").fetchall():
                        if columns.setdefault(table, {}).setdefault(column, kind.lower()) != kind.lower():
                            raise ValueError(f"{spec.format}: {column} of {kalla}/{table} has two types")
            for table, types in columns.items():
                nulls = ", ".join(f"null::{kind} as {sql.identifier(column)}" for column, kind in types.items())
                empty = con.execute(f"select {nulls} limit 0").to_arrow_table()
                found[f"{kalla}/{table}"] = empty, list(types.values())
    return found


def _no_rows(con: duckdb.DuckDBPyConnection, spec: Format) -> None:
    """The relation ``godkand`` of a format, without rows."""
    columns = {"_nr": "bigint", "_blad": "varchar", "_rad": "bigint", "_respondent": "varchar"}
    columns |= {"_block": "varchar", "_period": "date"}
    columns |= {k.namn: SQL_TYPE[k.typ] for k in spec.kolumner}
    columns |= dict.fromkeys(
        [*spec.konstanter, *(f"{k.namn}_markering" for k in spec.kolumner if k.markering)], "varchar"
    )
    con.execute(
        f"create or replace table godkand ({', '.join(f'{sql.identifier(c)} {t}' for c, t in columns.items())})"
    )


# --- where it is told ---------------------------------------------------------------------------------------------------

_HEAD = """\
# Raw Parquet in the home folder. Written by `python -m dagster_project.sources.schema` out of seeds/formats/. UPPFOLJNING_RAW is <home>/raw.
version: 2

sources:
"""
_RAW = """{{ env_var("UPPFOLJNING_RAW", "data/raw") }}/{schema}/{identifier}"""
#: How a source's tables are read. A large one has one folder per month: `period` is the folder's name, so that other months' files
#: are never opened, and the empty file comes first, because the columns are taken from it.
_LOCATION = {
    "liten": f"read_parquet('{_RAW}/period=*/*.parquet', hive_partitioning=false, union_by_name=true)",
    "stor": f"read_parquet(['{_RAW}/period=schema/*.parquet', '{_RAW}/period=*/*.parquet'], hive_partitioning=true, "
    """hive_types={{"{{"}}'period': VARCHAR{{"}}"}})""",
    "register": f"read_parquet('{_RAW}.parquet')",
}


def sources_yml() -> str:
    """dbt's sources: every raw table with its columns, their types and what they hold."""
    tables = raw_tables()
    text = _HEAD
    for kalla, (spec, *_) in formats.load().items():
        text += _source(kalla, spec.beskrivning, spec.storlek)
        for table in spec.ratabeller:
            derived = {h.namn: h.beskrivning for h in table.harledda}
            words = {k.namn: _words(k) for k in spec.kolumner} | derived
            words |= COMMON | {
                "_respondent": COMMON["_respondent"].format(spec.respondent),
                "_block": COMMON["_block"].format(" and ".join(spec.block) or "empty, there are none"),
            }
            columns = {c: (kind, words.get(c)) for c, kind in tables[f"{kalla}/{table.namn}"].items()}
            if spec.storlek == "stor":
                columns["period"] = ("varchar", "Name of the file's folder.")
            text += _table(table.namn, table.beskrivning, columns)
    text += _source("register", "The delivery register as it stands for the reporting year of the build.", "register")
    for name, about in REGISTER.items():
        text += _table(name, _REGISTER_GRAIN[name], about)
    return text


def _words(column: Kolumn) -> str:
    return column.rubrik if column.forvantat is None else f"{column.rubrik}: {column.forvantat}"


def _source(name: str, description: str, way: str) -> str:
    return (
        f"  - name: {name}\n    description: {_text(description)}\n"
        f"    config:\n      meta:\n        external_location: >-\n          {_LOCATION[way]}\n    tables:\n"
    )


def _table(name: str, description: str, columns: Mapping[str, tuple[str, str | None]]) -> str:
    lines = [f"      - name: {name}", f"        description: {_text(description)}", "        columns:"]
    for column, (kind, words) in columns.items():
        about = f", description: {_text(words)}" if words else ""
        lines.append(f"          - {{name: {column}, data_type: {kind}{about}}}")
    return "\n".join(lines) + "\n\n"


def _text(words: str) -> str:
    """A text in yml: JSON's strings are yml's too."""
    return json.dumps(words, ensure_ascii=False)


def architecture_table() -> str:
    """The table of raw tables in ``docs/architecture.md``. A column without a type is text."""
    about = {
        f"{spec.kalla}/{t.namn}": t.beskrivning
        for specs in formats.load().values()
        for spec in specs
        for t in spec.ratabeller
    }
    about |= {f"register/{name}": words for name, words in _REGISTER_GRAIN.items()}
    tables = raw_tables() | {
        f"register/{n}": {c: kind for c, (kind, _) in about.items()} for n, about in REGISTER.items()
    }
    lines = ["| raw table | columns besides the common ones | a row |", "|---|---|---|"]
    for name, columns in tables.items():
        shown = ", ".join(
            c if kind == "varchar" else f"{c} {kind.upper()}" for c, kind in columns.items() if c not in COMMON
        )
        lines.append(f"| `{name}` | `{shown}` | {about[name]} |")
    return "\n".join(lines) + "\n"


def told() -> dict[Path, str]:
    """Every file that tells the raw schema, as it should be."""
    document = ARCHITECTURE.read_text(encoding="utf-8")
    between = re.compile(r"(<!-- raw tables -->\n).*?(<!-- end -->)", re.DOTALL)
    return {
        SOURCES_YML: sources_yml().rstrip() + "\n",
        ARCHITECTURE: between.sub(lambda m: m[1] + architecture_table() + m[2], document),
    }


if __name__ == "__main__":
    for path, text in told().items():
        path.write_text(text, encoding="utf-8")
