"""What counted before a delivery was received: the values that its own are held against (:mod:`dagster_project.deliveries.scale`)."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from dagster_project import sql
from dagster_project.deliveries import scale
from dagster_project.deliveries.register import Register
from dagster_project.deliveries.register_types import Leverans
from dagster_project.reading import formats
from dagster_project.settings import Home
from dagster_project.sources import Source

#: Where a row is kept: the delivery and its block.
PLACE = {"_leverans_id": "varchar", "_respondent": "varchar", "_block": "varchar", "_period": "date"}


class Historik:
    """The values of a source's raw table, read once in a look at landing."""

    def __init__(self, home: Home, register: Register, source: Source) -> None:
        self._home, self._register, self._source = home, register, source
        self._columns = scale.compared(source.kalla)
        self._con: duckdb.DuckDBPyConnection | None = None

    def before(self, leverans: Leverans) -> pa.Table | None:
        """The rows that counted when a delivery was received; None for a source whose formats have no scale."""
        return self._ask(leverans, "select * from rader").to_arrow_table() if self._columns else None

    def signature(self, leverans: Leverans) -> str | None:
        """A hash of the rows of :meth:`before`, whatever their order; None where there are none to hold values against."""
        if not self._columns:
            return None
        found = self._ask(leverans, "select count(*), sum(hash(rader)) from rader").fetchone()
        return f"{found[0]}-{found[1] or 0}" if found else None

    def _ask(self, leverans: Leverans, question: str) -> duckdb.DuckDBPyConnection:
        """A question about ``rader``, the rows that counted before."""
        if self._con is None:
            self._con = duckdb.connect()
            kept = self._columns | PLACE
            self._con.execute(f"create table alla ({', '.join(f'{sql.identifier(n)} {t}' for n, t in kept.items())})")
            self._con.execute(f"create table galler ({', '.join(f'{n} {t}' for n, t in PLACE.items())})")
            self._add("*")
        self._con.execute("delete from galler")
        if counted := counted_before(self._register, leverans):
            self._con.executemany("insert into galler values (?, ?, ?, ?)", counted)
        names = ", ".join(map(sql.identifier, self._columns))
        return self._con.execute(
            f"with rader as (select {names} from alla semi join galler using ({', '.join(PLACE)})) {question}"
        )

    def renew(self, leverans_id: str) -> None:
        """Read the rows of a delivery anew: it has been judged."""
        if self._con is not None:
            self._con.execute("delete from alla where _leverans_id = ?", [leverans_id])
            self._add(leverans_id)

    def _add(self, leverans_id: str) -> None:
        assert self._con is not None
        [table, *_] = formats.load()[self._source.kalla][0].ratabeller
        name = leverans_id if leverans_id != "*" else f"{self._source.kalla}-*"
        files = (self._home.raw / self._source.kalla / table.namn).glob(f"period=*/{name}.parquet")
        if paths := ", ".join(map(sql.path, files)):
            raw = f"read_parquet([{paths}], hive_partitioning = false, union_by_name = true)"
            wanted = ", ".join(map(sql.literal, self._columns | PLACE))
            self._con.execute(
                f"insert into alla by name select columns(n -> n in ({wanted})) from ({self._source.values.format(raw=raw)})"
            )


def counted_before(register: Register, leverans: Leverans) -> list[tuple[str, str, str, str]]:
    """Whose block counted when a delivery was received, or counts, where it is not in the register: delivery, respondent, block, period."""
    found = register.rows(
        "with mottagen as (select leverans_id, max(ordnad || printf(' %012d', blick)) as nar from mottagning group by 1)"
        " select leverans_id, respondent, block, period from ("
        "   select t.*, row_number() over (partition by t.respondent, t.block, t.period order by m.nar desc, t.leverans_id) as plats"
        "   from tackning t join leverans l using (leverans_id) join granskning g using (leverans_id)"
        "   join mottagen m using (leverans_id)"
        "   where l.kalla = ? and leverans_id <> ? and not t.tveksam and g.bedomning not in ('avvisad', 'kunde_inte_granskas')"
        "   and m.nar < coalesce((select nar from mottagen where leverans_id = ?), m.nar || ' ')"
        " ) where plats = 1",
        leverans.kalla,
        leverans.leverans_id,
        leverans.leverans_id,
    )
    return [(r["leverans_id"], r["respondent"], r["block"], r["period"]) for r in found]
