"""The frame that a source's rows are held against, and what a verdict that looked into it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
import pyarrow as pa

from dagster_project import sql
from dagster_project.deliveries.door import Uppslag
from dagster_project.deliveries.register import ANY_YEAR, Register
from dagster_project.deliveries.register_types import Underlag
from dagster_project.settings import Home
from dagster_project.sources import Source, schema


def current(home: Home, register: Register, source: Source) -> pa.Table | None:
    """The rows of a source's frame that count now, whatever the reporting year; None for a source without a frame."""
    if source.ram is None:
        return None
    kalla, table = source.ram.split("/")
    counting = [
        [t["leverans_id"], t["respondent"], t["block"], t["period"]]
        for t in register.tackning(ANY_YEAR, kalla)
        if t["gallande"]
    ]
    paths = list((home.raw / kalla / table).glob(f"period=*/{kalla}-*.parquet"))
    if not counting or not paths:
        return empty(source)
    with duckdb.connect() as con:
        con.execute("create table galler (_leverans_id varchar, _respondent varchar, _block varchar, _period date)")
        con.executemany("insert into galler values (?, ?, ?, ?)", counting)
        return con.execute(
            f"select r.* from read_parquet([{', '.join(map(sql.path, paths))}], hive_partitioning = false) as r "
            "semi join galler using (_leverans_id, _respondent, _block, _period)"
        ).to_arrow_table()


def empty(source: Source) -> pa.Table | None:
    if source.ram is None:
        return None
    kalla, table = source.ram.split("/")
    return schema.empty_tables(kalla)[table]


def basis(rules: str, looked_up: Sequence[Uppslag | None], frame: pa.Table | None) -> list[Underlag]:
    """For each verdict what it rests on: the rules, and a hash of the frame's rows for the regions and days it looked up."""
    asked = list(dict.fromkeys(u for u in looked_up if u is not None))
    if frame is None or not asked:
        return [Underlag(rules)] * len(looked_up)
    with duckdb.connect() as con:
        con.register("ram", frame)
        con.execute("create table uppslag (nr bigint, region_kod varchar, fran date, till date)")
        con.executemany(
            "insert into uppslag values (?, ?, ?, ?)",
            [(nr, region, first, last) for nr, (regions, first, last) in enumerate(asked) for region in regions],
        )
        seen = dict(
            con.execute("""
                select nr, left(sha256(string_agg(rad, '|' order by rad)), 16)
                from (
                    select distinct nr, concat_ws(' ', vardenhet_id, region_kod, greatest(giltig_fran, fran),
                        least(coalesce(giltig_till, till), till)) as rad
                    from uppslag join ram using (region_kod)
                    where giltig_fran <= till and coalesce(giltig_till, till) >= fran
                )
                group by nr""").fetchall()
        )
    said = {
        u: Underlag(rules, ",".join(u[0]), u[1].isoformat(), u[2].isoformat(), seen.get(nr, "tom"))
        for nr, u in enumerate(asked)
    }
    return [Underlag(rules) if u is None else said[u] for u in looked_up]


def looked_up(underlag: Underlag | None) -> Uppslag | None:
    """The regions and days for which a verdict looked into the frame, from what it rested on."""
    if underlag is None or not (underlag.uppslag_regioner and underlag.uppslag_fran and underlag.uppslag_till):
        return None
    return (
        tuple(underlag.uppslag_regioner.split(",")),
        date.fromisoformat(underlag.uppslag_fran),
        date.fromisoformat(underlag.uppslag_till),
    )
