"""The models of the three-day measure as SQL, run on example after example without starting dbt each time.

dbt builds them once and says what SQL it ran; each file of tests has a copy of that database. An example replaces the raw files, and the same SQL is run again in
the same database. Only examples within ``MONTHS`` can be run: the months to read are written into the SQL.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import raw_vantetid
from dbt_harness import dbt
from reference import Delivery, Frame, Lists

MONTHS = [dt.date(2019, 12, 1), *(dt.date(2020, month, 1) for month in range(1, 5))]


class Compiled:
    """A copy, in ``folder``, of what ``compile`` made once."""

    @staticmethod
    def compile(folder: Path, lists: Lists) -> None:
        withdrawn = Delivery([], declares=frozenset(("01", month) for month in MONTHS))
        raw_vantetid.write(folder / "raw", [withdrawn], Frame(), lists)
        path = folder / "raw" / "register" / "tackning.parquet"
        with duckdb.connect() as con:  # a block that counts in every month, so that every month is looked for
            con.execute(f"create table t as select * replace (1 as rader) from '{path}'")
            con.execute(f"copy t to '{path}' (format parquet)")
        wanted = ("--select", "+path:models/marts/vantetid")
        dbt(folder, "build", *wanted, "--exclude-resource-type", "unit_test", "test", trosklar=TROSKLAR)

    def __init__(self, made: Path, folder: Path, lists: Lists) -> None:
        self.folder, self.lists = folder, lists
        shutil.copytree(made, folder, dirs_exist_ok=True)
        nodes = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))["nodes"]
        ours = {
            uid: n
            for uid, n in nodes.items()
            if n["resource_type"] == "model" and "compiled_code" in n and self._ours(n)
        }
        self.models: list[dict[str, Any]] = []
        while ours:
            ready = [uid for uid, n in ours.items() if not set(n["depends_on"]["nodes"]) & set(ours)]
            self.models += [ours.pop(uid) for uid in ready]
        self.models = [
            node | {"compiled_code": node["compiled_code"].replace(str(made), str(folder))}
            for node in self.models
            if node["config"]["materialized"] != "view"
        ]
        self.con = duckdb.connect(folder / "build.duckdb")
        views = "select sql from duckdb_views() where not internal and contains(sql, ?)"
        for (sql,) in self.con.execute(views, [str(made)]).fetchall():
            self.con.execute(sql.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1).replace(str(made), str(folder)))
        # Examples follow each other within the clock's resolution, so a rewritten file can look unchanged.
        self.con.execute("set enable_external_file_cache = false")

    @staticmethod
    def _ours(node: dict[str, Any]) -> bool:
        return bool({"vantetid", "vantetid_primarvard", "enhetsregister"} & set(Path(node["path"]).parts))

    def run(
        self,
        deliveries: list[Delivery],
        frame: Frame,
        ownership: dict[str, str] | None = None,
        *,
        until: str | None = None,
    ) -> None:
        """Make the models of these deliveries, all or no further than ``until``."""
        raw_vantetid.write(self.folder / "raw", deliveries, frame, self.lists, ownership)
        for node in self.models:
            self.con.execute(f"create or replace table {node['relation_name']} as {node['compiled_code']}")
            if node["name"] == until:
                break

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.con.execute(sql).fetchall()


TROSKLAR = {"vantetid_primarvard": {"svarsfrekvens": 95.0}}
