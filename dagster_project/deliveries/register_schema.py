"""The tables of the register, the question which of its blocks count, and how a register that an older version made becomes one of today.

``pragma user_version`` says which schema a register has. What is moved here is provisional where the old schema did not know better: new
rules judge every delivery anew at the next build.
"""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

from dagster_project import rapporter
from dagster_project.reading import sidecar
from dagster_project.reading.findings import Avvisad

VERSION = 5

_SCHEMA = """
create table if not exists leverans (
    leverans_id text primary key, kalla text not null, filnamn text not null, sha256 text not null, byte integer not null,
    sidofil text not null, mottagen text not null, mottagen_angiven integer not null, registrerad text not null,
    avsandare text, overenskommelse text, ersatter text, pahittad integer not null default 0
);
create table if not exists mottagning (
    nr integer primary key, leverans_id text not null references leverans, sokvag text, ordnad text not null,
    angiven integer not null, blick integer not null
);
create table if not exists granskning (
    leverans_id text primary key references leverans, regelverk text not null, uppslag_regioner text, uppslag_fran text,
    uppslag_till text, ram_signatur text, format text,
    bedomning text not null check (bedomning in ('godkand', 'godkand_med_anmarkning', 'avvisad', 'kunde_inte_granskas')),
    respondent text, period text, rader_lasta integer not null, rader_godkanda integer not null,
    rader_karantan integer not null, antal_fel integer not null, antal_anmarkningar integer not null, forut text
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
    leverans_id text not null references leverans, respondent text not null, block text not null, overenskommelse text,
    period text not null, period_slut text not null, rader integer not null, tveksam integer not null,
    primary key (leverans_id, respondent, block, period)
);
create table if not exists bekraftelse (
    leverans_id text not null references leverans, kolumn text not null, varde text not null, av text not null,
    varfor text not null, primary key (leverans_id, kolumn, varde)
);
create table if not exists fil (
    sokvag text primary key, kalla text not null, byte integer not null, andrad integer not null, sidofil text not null,
    leverans_id text not null references leverans, borta integer
);
create table if not exists bevarad (
    leverans_id text not null references leverans, fil text not null, byte integer not null, andrad integer not null,
    sha256 text not null, primary key (leverans_id, fil)
);
create index if not exists tackning_block on tackning (respondent, block, period);
"""

#: Version 1 had one text for respondent and group, one for rules and frame, and no receipts: a delivery was received once.
_FROM_1 = """
insert into mottagning (leverans_id, ordnad, angiven, blick)
select leverans_id, mottagen, mottagen_angiven, row_number() over (order by registrerad, leverans_id) from leverans order by 4;
insert into granskning
with delad as (
    select *, '["' || replace(regelverk, ' ', '","') || '"]' as ord from granskning_1
)
select leverans_id, ord ->> 0, ord ->> 1, ord ->> 2, ord ->> 3, ord ->> 4, format, bedomning, respondent, period, rader_lasta,
    rader_godkanda, rader_karantan, antal_fel, antal_anmarkningar, null from delad;
insert into tackning
with delad as (select *, instr(respondent, ' ') as vid from tackning_1)
select leverans_id, case when vid then substr(respondent, 1, vid - 1) else respondent end,
    case when vid then replace(substr(respondent, vid + 1), ' ', '/') else '' end,
    case when vid and (select kalla from leverans l where l.leverans_id = delad.leverans_id)
        in ('rekvisition', 'ekonomisk_redovisning', 'nulagesrapport') then substr(respondent, vid + 1) end,
    period, period_slut, rader, 0 from delad;
insert into fil select *, null from fil_1;
"""

#: Blocks of accepted deliveries with what became of them, for one source (``?``) or, with null, for all.
#:
#: A block's receipts are ordered by the time that was stated, or else by the clock when the file was first seen, and then by the look at
#: landing in which it was seen. Receipts that are equal in both have no order: where only one of the deliveries still lies in landing it is
#: taken, and otherwise none, and what came before them stands. A block in doubt never counts. A delivery that a later one about the same
#: respondent names in ``ersatter`` covers nothing of that respondent any more.
#:
#: Written so that SQLite looks rows up where it would otherwise hold all against all: who replaces whom is found first, and what counts is
#: the row of the largest ``plats`` (the other columns of ``max`` are those of its row).
BLOCKS = """
with i_tid as (
    select * from mottagning where true
), giltig as materialized (
    select l.*, g.bedomning from leverans l join granskning g using (leverans_id)
    where g.bedomning not in ('avvisad', 'kunde_inte_granskas') and l.kalla = coalesce(?, l.kalla)
    and l.leverans_id in (select leverans_id from i_tid)
), senast as materialized (
    select leverans_id, max(plats) as plats
    from (select leverans_id, row_number() over (order by ordnad, blick, nr) as plats from i_tid)
    group by leverans_id
), ersatta as materialized (
    select nyare.leverans_id, aldre.leverans_id as aldre_id
    from giltig nyare
    join leverans aldre
        on nyare.kalla = aldre.kalla and nyare.ersatter in (aldre.leverans_id, aldre.filnamn)
        and nyare.leverans_id <> aldre.leverans_id
    join senast n on n.leverans_id = nyare.leverans_id
    join senast s on s.leverans_id = aldre.leverans_id and n.plats > s.plats
    where nyare.ersatter is not null
), utbytt as materialized (
    select distinct a.leverans_id, a.respondent
    from ersatta r cross join tackning e on e.leverans_id = r.leverans_id
    join tackning a on a.leverans_id = r.aldre_id and a.respondent = e.respondent
), del as materialized (
    select l.kalla, t.*, l.mottagen, u.leverans_id is not null as utbytt
    from tackning t join giltig l using (leverans_id) left join utbytt u using (leverans_id, respondent)
), i_landing as materialized (
    select distinct leverans_id from fil where borta is null
), samtidiga as (
    select d.kalla, d.respondent, d.block, d.period, m.ordnad, m.blick,
        case when count(distinct d.leverans_id) = 1 then min(d.leverans_id)
            when count(distinct i.leverans_id) = 1 then min(i.leverans_id) end as leverans_id
    from del d join i_tid m using (leverans_id) left join i_landing i using (leverans_id)
    where not d.utbytt and not d.tveksam
    group by d.kalla, d.respondent, d.block, d.period, m.ordnad, m.blick
), gallande as materialized (
    select kalla, respondent, block, period, leverans_id, ordnad, blick, max(plats) from (
        select *, dense_rank() over (order by ordnad, blick) as plats from samtidiga where leverans_id is not null
    ) group by kalla, respondent, block, period
), block as (
    select d.*, d.leverans_id = g.leverans_id and not d.tveksam as nyast,
        not d.utbytt and (d.tveksam or d.leverans_id is not g.leverans_id) and (
            g.leverans_id is null or exists (
                select 1 from i_tid m where m.leverans_id = d.leverans_id
                and (m.ordnad, m.blick, d.tveksam) > (g.ordnad, g.blick, 0)
            )
        ) as vantar
    from del d left join gallande g using (kalla, respondent, block, period)
)
"""


def blocks(ar: int) -> str:
    """:data:`BLOCKS` as the report of ``ar`` sees it: without what was received after its cut-off."""
    day = rapporter.of(ar).brytdag
    return BLOCKS.replace("where true", f"where ordnad < '{day + timedelta(days=1)}'") if day else BLOCKS


#: Version 2 did not ask whether a delivery is made up; the kept sidecars say it.
_FROM_2 = "alter table leverans add column pahittad integer not null default 0"

#: Versions before 5 did not say which values a verdict was held against.
_FROM_4 = "alter table granskning add column forut text"

_CHANGED = ("granskning", "tackning", "fil")


def migrate(con: sqlite3.Connection, home: Path) -> None:
    """Make the register's tables, or bring those of an older version up to today's. Whole or not at all.

    :param home: the home folder; files in its landing folder are known by their path below it.
    """
    con.execute("pragma journal_mode = wal")
    if con.execute("pragma user_version").fetchone()[0] >= VERSION:
        return
    con.execute("begin immediate")
    before = con.execute("pragma user_version").fetchone()[0]
    if before >= VERSION:  # another process was first
        return
    there = con.execute("select 1 from sqlite_master where name = 'leverans'").fetchone() is not None
    first = there and before < 2
    if first:
        con.execute("drop index if exists tackning_block")
        for table in _CHANGED:
            con.execute(f"alter table {table} rename to {table}_1")
    if there and before < 3:
        con.execute(_FROM_2)
        made_up = [(i,) for i, said in con.execute("select leverans_id, sidofil from leverans") if _made_up(said)]
        con.executemany("update leverans set pahittad = 1 where leverans_id = ?", made_up)
    if there and 2 <= before < 5:
        con.execute(_FROM_4)
    _each(con, _SCHEMA)
    if first:
        _each(con, _FROM_1)
        landing = f"{(home / 'landing').as_posix()}/"
        con.execute(
            "update or ignore fil set sokvag = substr(sokvag, ?) where substr(sokvag, 1, ?) = ?",
            (len(landing) + 1, len(landing), landing),
        )
        for table in _CHANGED:
            con.execute(f"drop table {table}_1")
    con.execute(f"pragma user_version = {VERSION}")


def _made_up(said: str) -> bool:
    """What a kept sidecar says; nothing, where it could not be read."""
    try:
        return sidecar.parse(said.encode()).pahittad
    except Avvisad:
        return False


def _each(con: sqlite3.Connection, script: str) -> None:
    """The statements of a script, in the transaction that is open (``executescript`` would end it)."""
    for statement in script.split(";\n"):
        if statement.strip():
            con.execute(statement)
