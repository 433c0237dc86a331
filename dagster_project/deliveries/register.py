"""The register: the fate of every delivery. SQLite, so that it can be read while a build writes it.

Nothing is ever removed. A delivery is known by its content: the same bytes with the same sidecar are the same delivery, however
many times and under whatever name they arrive. Which delivery counts for a respondent and a period is computed when asked.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dagster_project.errors import NothingPublished
from dagster_project.reading.findings import Anmarkning, Atgard, Niva

#: Bytes of disk without which SQLite cannot open its write-ahead log.
LOG_ROOM = 1 << 17

SCHEMA = """
create table if not exists leverans (
    leverans_id text primary key, kalla text not null, filnamn text not null, sha256 text not null, byte integer not null,
    sidofil text not null, mottagen text not null, mottagen_angiven integer not null, registrerad text not null,
    avsandare text, overenskommelse text, ersatter text
);
create table if not exists granskning (
    leverans_id text primary key references leverans, regelverk text not null, format text,
    bedomning text not null check (bedomning in ('godkand', 'godkand_med_anmarkning', 'avvisad', 'kunde_inte_granskas')),
    respondent text, period text, rader_lasta integer not null, rader_godkanda integer not null,
    rader_karantan integer not null, antal_fel integer not null, antal_anmarkningar integer not null
);
create table if not exists anmarkning (
    leverans_id text not null references leverans, nr integer not null, niva text not null, atgard text not null, kod text not null,
    blad text, rad integer, kolumn text, hittat text, forvantat text, meddelande text not null,
    primary key (leverans_id, nr)
);
create table if not exists kontroll (
    leverans_id text not null references leverans, kod text not null, utfall text not null, blockerande integer not null,
    antal integer not null, primary key (leverans_id, kod)
);
create table if not exists tackning (
    leverans_id text not null references leverans, respondent text not null, period text not null, period_slut text not null,
    rader integer not null, primary key (leverans_id, respondent, period)
);
create table if not exists fil (
    sokvag text primary key, kalla text not null, byte integer not null, andrad integer not null, sidofil text not null,
    leverans_id text not null references leverans
);
create index if not exists tackning_block on tackning (respondent, period);
"""

#: Accepted deliveries by block, the newest first. A delivery that a later one names in ``ersatter`` covers nothing any more.
BLOCKS = """
with giltig as (
    select l.*, g.bedomning from leverans l join granskning g using (leverans_id)
    where g.bedomning not in ('avvisad', 'kunde_inte_granskas')
), utbytt as (
    select aldre.leverans_id from giltig nyare join leverans aldre
    on nyare.kalla = aldre.kalla and nyare.ersatter in (aldre.leverans_id, aldre.filnamn)
    and nyare.leverans_id <> aldre.leverans_id
    and (nyare.mottagen, nyare.registrerad, nyare.leverans_id) > (aldre.mottagen, aldre.registrerad, aldre.leverans_id)
), block as (
    select l.kalla, t.leverans_id, t.respondent, t.period, t.period_slut, t.rader, l.mottagen,
        row_number() over (
            partition by l.kalla, t.respondent, t.period
            order by l.leverans_id in (select leverans_id from utbytt), l.mottagen desc, l.registrerad desc, l.leverans_id desc
        ) = 1 and l.leverans_id not in (select leverans_id from utbytt) as nyast
    from tackning t join giltig l using (leverans_id)
)
"""


@dataclass(frozen=True)
class Leverans:
    """A delivery in the register: what arrived, before it is judged."""

    leverans_id: str
    kalla: str
    filnamn: str
    sha256: str
    byte: int
    sidofil: str
    mottagen: datetime
    mottagen_angiven: bool
    registrerad: datetime
    avsandare: str | None = None
    overenskommelse: str | None = None
    ersatter: str | None = None


@dataclass(frozen=True)
class Block:
    """What a delivery speaks for: one respondent and one period (first and last day), with how many rows."""

    respondent: str
    period: date
    period_slut: date
    rader: int


def identity(kalla: str, sha256: str, sidecar: bytes) -> str:
    """The id of a delivery: its source and twelve hex digits that depend on the file's and the sidecar's bytes."""
    return f"{kalla}-{hashlib.sha256(sha256.encode() + sidecar).hexdigest()[:12]}"


class Register:
    """The register of one home folder."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        with self._connect() as con:
            con.executescript("pragma journal_mode = wal;" + SCHEMA)

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
        finally:
            con.close()

    def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """The answer to a question in SQL, as dictionaries."""
        with self._connect() as con:
            return [dict(row) for row in con.execute(sql, args)]

    # --- writing ----------------------------------------------------------------------------------------------------

    def known_file(self, path: Path, kalla: str, stat: tuple[int, int], sidecar: str) -> str | None:
        """The delivery a landing file was last seen as, None when the file, its time stamp or its sidecar is new."""
        found = self.rows(
            "select leverans_id from fil where sokvag = ? and kalla = ? and byte = ? and andrad = ? and sidofil = ?",
            str(path),
            kalla,
            *stat,
            sidecar,
        )
        return found[0]["leverans_id"] if found else None

    def note_file(self, path: Path, kalla: str, stat: tuple[int, int], sidecar: str, leverans_id: str) -> None:
        with self._connect() as con:
            con.execute(
                "insert or replace into fil values (?, ?, ?, ?, ?, ?)", (str(path), kalla, *stat, sidecar, leverans_id)
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
        regelverk: str,
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
    ) -> None:
        """Write the verdict on a delivery, in place of an earlier verdict under older rules."""
        errors = sum(a.niva == Niva.FEL for a in anmarkningar)
        with self._connect() as con:
            for table in ("granskning", "anmarkning", "tackning", "kontroll"):
                con.execute(f"delete from {table} where leverans_id = ?", (leverans_id,))
            con.execute(
                "insert into granskning values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    leverans_id,
                    regelverk,
                    format,
                    bedomning,
                    respondent,
                    period.isoformat() if period else None,
                    lasta,
                    godkanda,
                    karantan,
                    errors,
                    len(anmarkningar) - errors,
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
                "insert into tackning values (?, ?, ?, ?, ?)",
                [(leverans_id, b.respondent, b.period.isoformat(), b.period_slut.isoformat(), b.rader) for b in block],
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

    def tackning(self, ar: int) -> list[dict[str, Any]]:
        """Every block of every accepted delivery; ``gallande`` marks the one that counts in reporting year ``ar``."""
        return self.rows(
            BLOCKS + "select kalla, leverans_id, respondent, period, rader, mottagen,"
            " (nyast and cast(substr(period_slut, 1, 4) as integer) <= ?) as gallande"
            " from block order by kalla, respondent, period, mottagen, leverans_id",
            ar,
        )

    def leveranser(self) -> list[dict[str, Any]]:
        """Every delivery with its verdict and ``status``: ``avvisad``, ``ersatt`` (a newer one counts for all it covered), or as judged.

        In an order that does not hang on the clock of registration: releases and their fingerprints list deliveries in it.
        """
        return self.rows(
            BLOCKS
            + """
            select l.*, g.format, g.bedomning, g.respondent, g.period, g.rader_lasta, g.rader_godkanda, g.rader_karantan,
                g.antal_fel, g.antal_anmarkningar,
                case when g.bedomning in ('avvisad', 'kunde_inte_granskas') then g.bedomning
                    when l.leverans_id not in (select leverans_id from block where nyast) then 'ersatt'
                    else g.bedomning end as status
            from leverans l join granskning g using (leverans_id)
            order by l.kalla, l.mottagen, l.leverans_id"""
        )

    def kontroller(self, leverans_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Outcomes of the checks at the door for these deliveries."""
        marks = json.dumps(list(leverans_ids))
        return self.rows(
            "select * from kontroll where leverans_id in (select value from json_each(?)) order by kod", marks
        )
