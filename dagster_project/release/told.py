"""What a reader is told of the deliveries behind a row: that its values are earlier ones, or come at second hand.

It is a note at the rows that rest on them, at the title where all do, and stands in the comments of the marts and in the manifest. Which
rows these are follows from the lineage, as for what is made up. Where there is nothing to tell nothing is followed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dagster_project import sql
from dagster_project.deliveries.earlier import Earlier
from dagster_project.release.catalogue import Catalogue, Note, Table
from dagster_project.release.database import ORDER
from dagster_project.release.lineage import ATTACHED, Lineage
from dagster_project.warehouse.graph import SCHEMA

SECOND_HAND = "Värdena ur {} är återgivna i andra hand och har inte kontrollerats mot den som har gett ut dem."


@dataclass(frozen=True)
class Told:
    """A sentence about a delivery, or of one only about some of its blocks: respondent, group and first day of the period."""

    text: str
    leverans_id: str
    kalla: str
    block: tuple[tuple[str, str, str], ...] = ()


def of(deliveries: Iterable[Mapping[str, Any]], earlier: Iterable[Earlier], names: Mapping[str, str]) -> list[Told]:
    """What there is to tell of a release.

    :param deliveries: those it rests on.
    :param names: what readers know the sources as.
    """
    at_second_hand = [
        Told(
            SECOND_HAND.format(names.get(str(row["kalla"])) or row["kalla"]), str(row["leverans_id"]), str(row["kalla"])
        )
        for row in deliveries
        if row.get("andrahand")
    ]
    return [*(Told(each.said, each.leverans_id, each.kalla, each.block) for each in earlier), *at_second_hand]


class Behind:
    """Which rows of marts and printed tables rest on what is told of."""

    def __init__(
        self,
        lineage: Lineage,
        told: Sequence[Told],
        sources: Mapping[str, Collection[str]],
        held: Collection[str] = (),
    ) -> None:
        """
        :param sources: those that ``mart.<name>`` or ``tabell.<id>`` rests on: what is told of others is not looked for in it.
        :param held: what comes from an earlier release.
        """
        self._lineage, self._told, self._sources, self._held = lineage, told, sources, held
        if told:
            lineage.con.execute(
                "create or replace temp table om_leverans (nr integer, leverans_id varchar, hel boolean)"
            )
            lineage.con.execute("create or replace temp table om_rad (nr integer, blad varchar, rad bigint)")
            lineage.con.execute("create or replace temp table om_uppgiftslamnare (nr integer, kod varchar)")
            for nr, each in enumerate(told):
                self._note(nr, each)

    def _note(self, nr: int, each: Told) -> None:
        con = self._lineage.con
        con.execute(f"insert into om_leverans values ({nr}, {sql.literal(each.leverans_id)}, {not each.block})")
        if not each.block:
            return
        blocks = ", ".join(f"({', '.join(map(sql.literal, block))})" for block in each.block)
        con.execute(
            f"insert into om_uppgiftslamnare select distinct {nr}, b.who "
            f"from (values {blocks}) as b(who, grupp, period)"
        )
        for path in sorted((self._lineage.raw / each.kalla).glob(f"*/*/{each.leverans_id}.parquet")):
            con.execute(
                f"insert into om_rad select distinct {nr}, r._blad, r._rad from read_parquet({sql.path(path)}) as r "
                f"inner join (values {blocks}) as b(who, grupp, period) on r._respondent = b.who "
                "and coalesce(r._block, '') = b.grupp and r._period = cast(b.period as date)"
            )

    def of(self, what: str) -> dict[int, set[int]]:
        """By what is told (its number), the rows of ``mart.<name>`` by ``rowid`` or of ``tabell.<id>`` by their place."""
        about = {each.kalla for each in self._told} & set(self._sources.get(what, ()))
        if not about or {what, what.removeprefix("mart.")} & set(self._held):
            return {}
        if (base := self._lineage.base(what)) is None:
            return {}
        found: dict[int, set[int]] = {}
        asked = f"""
            select distinct o.nr, g._nyckel from ({base}) as g inner join om_leverans as o on o.leverans_id = g.leverans_id
            where o.hel
            or (g.rad is not null and exists (
                select 1 from om_rad as r where r.nr = o.nr and r.rad = g.rad and r.blad is not distinct from g.blad
            ))
            or (g.rad is null and exists (
                select 1 from om_uppgiftslamnare as u where u.nr = o.nr and u.kod = coalesce(g.uppgiftslamnare, u.kod)
            ))"""
        for nr, place in self._lineage.con.execute(asked).fetchall():
            found.setdefault(nr, set()).add(place)
        return found

    def marts(self, names: Iterable[str]) -> dict[str, list[str]]:
        """The sentences that hold for rows of each mart."""
        found = {name: self.of(f"mart.{name}") for name in names}
        return {name: self._texts(rows) for name, rows in found.items() if rows}

    def noted(self, edition: Catalogue) -> Catalogue:
        """The edition with a note of it at each row, or at the title of a table that it holds for throughout."""
        tables = [self._noted(table) for table in edition.tabeller]
        return edition.having(tabeller=tables) if tables != edition.tabeller else edition

    def _noted(self, table: Table) -> Table:
        rows = self.of(f"{SCHEMA}.{table.id}")
        if not rows:
            return table
        keys = ", ".join(f"cast({sql.identifier(name)} as varchar)" for name in table.row_key)
        listed = f"select {ORDER}, {keys} from {ATTACHED}.{SCHEMA}.{sql.identifier(table.id)} order by {ORDER}"
        every = {place: tuple(key) for place, *key in self._lineage.con.execute(listed).fetchall()}
        notes: list[Note] = []
        for text in self._texts(rows):
            places = set[int]().union(*(where for nr, where in rows.items() if self._told[nr].text == text))
            if places >= every.keys():
                notes.append(Note(text=text))
                continue
            for key in dict.fromkeys(every[place] for place in sorted(places)):
                notes.append(Note(text=text, rad=dict(zip(table.row_key, map(str, key), strict=True))))
        return table.model_copy(update={"noter": [*table.noter, *notes]})

    def _texts(self, rows: Iterable[int]) -> list[str]:
        return list(dict.fromkeys(self._told[nr].text for nr in sorted(rows)))


def names(lineage: Lineage) -> dict[str, str]:
    """What readers know the sources of a release as."""
    return dict(lineage.con.execute("select kalla, coalesce(kalltext, namn) from referens.kallor").fetchall())
