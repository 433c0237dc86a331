"""The register: the fate of every delivery. SQLite, so that it can be read while a build writes it.

Nothing is ever removed. A delivery is known by its content: the same bytes with the same sidecar are the same delivery, however
many times and under whatever name they arrive. That they arrive is an event of its own (``mottagning``), so that what came last counts
also when it had been seen before. Which delivery counts for a block (respondent × group × period) is computed when asked.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dagster_project.deliveries.register_schema import BLOCKS, blocks, migrate
from dagster_project.deliveries.register_types import Block, Ersatt, Fil, Leverans, Underlag
from dagster_project.errors import NothingPublished
from dagster_project.reading.findings import Anmarkning, Atgard, Niva
from dagster_project.reading.sidecar import Bekraftat

#: Bytes of disk without which SQLite cannot open its write-ahead log.
LOG_ROOM = 1 << 17
DAMAGED = "the register is damaged: run 'uppfoljning repair', which makes it anew from the originals, or put it back from a backup"
#: A reporting year after all periods: every block that counts, whatever year it is of and whenever it was received.
ANY_YEAR = 9999


class Register:
    """The register of one home folder."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o640)
        self.path = path
        with self._connect() as con:
            migrate(con, path.parent)

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        """:raises NothingPublished: the disk is so full that SQLite has no room for its log."""
        con = sqlite3.connect(self.path, timeout=30)
        con.row_factory = sqlite3.Row
        try:
            with con:
                yield con
        except sqlite3.OperationalError as error:
            if shutil.disk_usage(self.path.parent).free < LOG_ROOM:
                raise NothingPublished(
                    "the disk is full: the register cannot be opened, and what counted before still counts; make room and build again"
                ) from error
            raise
        except sqlite3.DatabaseError as error:
            if type(error) is sqlite3.DatabaseError:
                raise NothingPublished(DAMAGED) from error
            raise
        finally:
            con.close()

    def check(self) -> None:
        """Is the file itself whole?

        :raises NothingPublished: it is not.
        """
        if (said := self.rows("pragma quick_check(1)")) != [{"quick_check": "ok"}]:
            raise NothingPublished(f"{DAMAGED} ({next(iter(said[0].values()), '')})")

    def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """The answer to a question in SQL, as dictionaries."""
        with self._connect() as con:
            return [dict(row) for row in con.execute(sql, args)]

    # --- writing ----------------------------------------------------------------------------------------------------

    def look(self, kalla: str, paths: Sequence[str]) -> int:
        """A new look at a source's landing folder, in which files lie at ``paths``: those that are gone since the last one are noted.

        :returns: the number of the look. A later look has a larger number, whatever the clock says.
        """
        with self._connect() as con:
            [blick] = con.execute(
                "select 1 + max((select coalesce(max(blick), 0) from mottagning), (select coalesce(max(borta), 0) from fil))"
            ).fetchone()
            con.execute(
                "update fil set borta = ? where kalla = ? and borta is null and sokvag not in (select value from json_each(?))",
                (blick, kalla, json.dumps(list(paths))),
            )
            return int(blick)

    def known_file(self, path: str, kalla: str, stat: tuple[int, int], sidecar: str) -> str | None:
        """The delivery a landing file was last seen as, None when the file, its time stamp or its sidecar is new."""
        found = self.rows(
            "select leverans_id from fil where sokvag = ? and kalla = ? and byte = ? and andrad = ? and sidofil = ? and borta is null",
            path,
            kalla,
            *stat,
            sidecar,
        )
        return found[0]["leverans_id"] if found else None

    def note_file(self, path: str, stat: tuple[int, int], leverans: Leverans, blick: int, plats: int = 0) -> None:
        """Write down what a landing file is, and that it was received: where its content is other than at the last look, or it is back.

        A file that was moved within landing is not received, nor one that was only touched.

        :param plats: its place among the files of the look, for a source whose files have an order.
        """
        with self._connect() as con:
            before = con.execute(
                "select leverans_id, borta from fil where sokvag = ? and kalla = ?", (path, leverans.kalla)
            ).fetchone()
            moved = con.execute(
                "select 1 from fil where leverans_id = ? and byte = ? and andrad = ? and borta = ?",
                (leverans.leverans_id, *stat, blick),
            ).fetchone()
            con.execute(
                "insert or replace into fil values (?, ?, ?, ?, ?, ?, null)",
                (path, leverans.kalla, *stat, leverans.sidofil, leverans.leverans_id),
            )
            known = (leverans.leverans_id, None)
            if moved is None if before is None else tuple(before) != known:
                self._receive(con, leverans, blick + plats, path)

    def _receive(self, con: sqlite3.Connection, leverans: Leverans, blick: int, path: str | None) -> None:
        """Write down that a delivery was received, once a look. Without a stated time it is later than all that were received before,
        also when the clock has been set back."""
        [latest] = con.execute("select coalesce(max(ordnad), '') from mottagning where not angiven").fetchone()
        now, stated = leverans.mottagen.isoformat(), leverans.mottagen_angiven
        con.execute(
            "insert into mottagning (leverans_id, sokvag, ordnad, angiven, blick) select ?, ?, ?, ?, ?"
            " where not exists (select 1 from mottagning where leverans_id = ? and blick = ?)",
            (
                leverans.leverans_id,
                path,
                now if stated else max(now, latest),
                stated,
                blick,
                leverans.leverans_id,
                blick,
            ),
        )

    def add(self, leverans: Leverans) -> bool:
        """Write a delivery down; False when it is already there, and then nothing changes."""
        values = [v.isoformat() if isinstance(v, datetime) else v for v in vars(leverans).values()]
        with self._connect() as con:
            done = con.execute(f"insert or ignore into leverans values ({', '.join('?' * len(values))})", values)
            return done.rowcount == 1

    def judge(
        self,
        leverans_id: str,
        *,
        underlag: Underlag,
        format: str | None,
        bedomning: str,
        respondent: str | None,
        period: date | None,
        lasta: int,
        godkanda: int,
        karantan: int,
        anmarkningar: Sequence[Anmarkning],
        kontroller: Sequence[tuple[str, str, bool, int]],
        block: Sequence[Block],
        bekraftat: Sequence[Bekraftat] = (),
        filer: Sequence[Fil] = (),
    ) -> None:
        """Write the verdict on a delivery and the files that are kept of it, in place of an earlier verdict."""
        errors = sum(a.niva == Niva.FEL for a in anmarkningar)
        with self._connect() as con:
            for table in ("granskning", "anmarkning", "tackning", "kontroll", "bekraftelse"):
                con.execute(f"delete from {table} where leverans_id = ?", (leverans_id,))
            con.execute(
                f"insert into granskning values ({', '.join('?' * 16)})",
                (
                    leverans_id,
                    underlag.regelverk,
                    underlag.uppslag_regioner,
                    underlag.uppslag_fran,
                    underlag.uppslag_till,
                    underlag.ram_signatur,
                    format,
                    bedomning,
                    respondent,
                    period.isoformat() if period else None,
                    lasta,
                    godkanda,
                    karantan,
                    errors,
                    len(anmarkningar) - errors,
                    underlag.forut,
                ),
            )
            con.executemany(
                "insert into anmarkning values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        leverans_id,
                        i,
                        str(a.niva),
                        str(a.atgard),
                        a.kod,
                        a.blad,
                        a.rad,
                        a.kolumn,
                        a.hittat,
                        a.forvantat,
                        a.meddelande,
                    )
                    for i, a in enumerate(anmarkningar, 1)
                ],
            )
            con.executemany("insert into kontroll values (?, ?, ?, ?, ?)", [(leverans_id, *k) for k in kontroller])
            con.executemany(
                "insert into tackning values (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        leverans_id,
                        b.respondent,
                        b.block,
                        b.overenskommelse,
                        b.period.isoformat(),
                        b.period_slut.isoformat(),
                        b.rader,
                        b.tveksam,
                    )
                    for b in block
                ],
            )
            con.executemany(
                "insert or ignore into bekraftelse values (?, ?, ?, ?, ?)",
                [(leverans_id, b.kolumn, b.varde, b.av, b.varfor) for b in bekraftat],
            )
            self._keep(con, leverans_id, filer)

    def keep(self, leverans_id: str, filer: Sequence[Fil]) -> None:
        """Write down the files that are kept of a delivery, where only its verdict is known."""
        with self._connect() as con:
            self._keep(con, leverans_id, filer)

    def _keep(self, con: sqlite3.Connection, leverans_id: str, filer: Sequence[Fil]) -> None:
        con.execute("delete from bevarad where leverans_id = ?", (leverans_id,))
        con.executemany(
            "insert into bevarad values (?, ?, ?, ?, ?)",
            [(leverans_id, f.namn, f.byte, f.andrad, f.sha256) for f in filer],
        )

    def touched(self, leverans_id: str, name: str, moment: int) -> None:
        """Write down that a kept file has another time, and the bytes that it had."""
        with self._connect() as con:
            con.execute("update bevarad set andrad = ? where leverans_id = ? and fil = ?", (moment, leverans_id, name))

    def adopt(self, said: dict[str, list[dict[str, Any]]]) -> None:
        """Take in rows of the register's tables from elsewhere. Receipts are numbered anew, in the order they had."""
        said["mottagning"] = sorted(said["mottagning"], key=lambda row: row["nr"])
        with self._connect() as con:
            for table, rows in said.items():
                for row in rows:
                    values = {name: value for name, value in row.items() if (table, name) != ("mottagning", "nr")}
                    marks = ", ".join("?" * len(values))
                    con.execute(
                        f"insert or ignore into {table} ({', '.join(values)}) values ({marks})", list(values.values())
                    )

    # --- reading ----------------------------------------------------------------------------------------------------

    def leverans(self, leverans_id: str) -> dict[str, Any]:
        """One delivery with its verdict.

        :raises KeyError: there is no such delivery.
        """
        found = self.rows(
            "select * from leverans join granskning using (leverans_id) where leverans_id = ?", leverans_id
        )
        if not found:
            raise KeyError(leverans_id)
        return found[0]

    def anmarkningar(self, leverans_id: str) -> list[Anmarkning]:
        return [
            Anmarkning(
                r["rad"],
                r["kolumn"],
                r["kod"],
                r["meddelande"],
                r["hittat"],
                r["forvantat"],
                r["blad"],
                Niva(r["niva"]),
                Atgard(r["atgard"]),
            )
            for r in self.rows("select * from anmarkning where leverans_id = ? order by nr", leverans_id)
        ]

    def said(self, kalla: str, kod: str) -> dict[str, set[str]]:
        """What was said under one ``kod`` of the deliveries of a source, by delivery."""
        found: dict[str, set[str]] = {}
        asked = "select leverans_id, meddelande from anmarkning join leverans using (leverans_id) where kalla = ? and kod = ?"
        for row in self.rows(asked, kalla, kod):
            found.setdefault(row["leverans_id"], set()).add(row["meddelande"])
        return found

    def tackning(self, ar: int, kalla: str | None = None) -> list[dict[str, Any]]:
        """Every block of every accepted delivery, of one source or of all; ``gallande`` marks the one that counts in reporting year
        ``ar``, and ``vantar`` one that came after it and may not count: a value is in doubt, or its order is not known. What was
        received after the cut-off of the year's report is not among them."""
        return self.rows(
            blocks(ar) + "select kalla, leverans_id, respondent, block, overenskommelse, period, rader, mottagen,"
            " (nyast and cast(substr(period_slut, 1, 4) as integer) <= ?) as gallande, vantar"
            " from block order by kalla, respondent, block, period, mottagen, leverans_id",
            kalla,
            ar,
        )

    def replaced(self, leverans: Leverans, blocks: Sequence[Block]) -> list[Ersatt]:
        """Of these blocks of a delivery, those for which another delivery counts now."""
        found = self.rows(
            BLOCKS
            + "select b.respondent, b.block, b.period, b.leverans_id, l.filnamn from block b join leverans l using (leverans_id)"
            " where nyast and leverans_id <> ?",
            leverans.kalla,
            leverans.leverans_id,
        )
        counting = {(r["respondent"], r["block"], r["period"]): r for r in found}
        return [Ersatt(b, c["leverans_id"], c["filnamn"]) for b in blocks if (c := counting.get(b.nyckel))]

    def named(self, leverans: Leverans) -> list[dict[str, Any]]:
        """The deliveries that a delivery says it replaces, with the respondents they speak for."""
        return self.rows(
            "select l.leverans_id, l.filnamn, t.respondent from leverans l left join tackning t using (leverans_id)"
            " where l.kalla = ? and ? in (l.leverans_id, l.filnamn) and l.leverans_id <> ? group by 1, 2, 3",
            leverans.kalla,
            leverans.ersatter,
            leverans.leverans_id,
        )

    def leveranser(self, kalla: str | None = None, ar: int = ANY_YEAR) -> list[dict[str, Any]]:
        """Every delivery in time for the report of ``ar``, of one source or of all, with its verdict and ``status``: ``avvisad``, ``vantar`` (nothing of it counts, and
        something may not count yet), ``ersatt`` (others count for all it covered), or as judged.

        In an order that does not hang on the clock of registration: releases and their fingerprints list deliveries in it.
        """
        return self.rows(
            blocks(ar)
            + """
            select l.*, g.format, g.bedomning, g.respondent, g.period, g.rader_lasta, g.rader_godkanda, g.rader_karantan,
                g.antal_fel, g.antal_anmarkningar,
                case when g.bedomning in ('avvisad', 'kunde_inte_granskas') then g.bedomning
                    when b.nyast then g.bedomning
                    when b.vantar then 'vantar'
                    else 'ersatt' end as status
            from leverans l join granskning g using (leverans_id)
            left join (select leverans_id, max(nyast) as nyast, max(vantar) as vantar from block group by leverans_id) b
                using (leverans_id)
            where l.kalla = coalesce(?, l.kalla) and l.leverans_id in (select leverans_id from i_tid)
            order by l.kalla, l.mottagen, l.leverans_id""",
            kalla,
            kalla,
        )

    def kept(self, kalla: str | None = None) -> list[tuple[str, Fil]]:
        """Every file that is kept of a delivery, with its id, of one source or of all."""
        asked = "select bevarad.* from bevarad join leverans using (leverans_id) where kalla = coalesce(?, kalla) order by 1, 2"
        return [(leverans_id, Fil(*about)) for leverans_id, *about in (row.values() for row in self.rows(asked, kalla))]

    def kontroller(self, leverans_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Outcomes of the checks at the door for these deliveries."""
        marks = json.dumps(list(leverans_ids))
        return self.rows(
            "select * from kontroll where leverans_id in (select value from json_each(?)) order by kod", marks
        )
