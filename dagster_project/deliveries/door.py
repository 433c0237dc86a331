"""The door: one delivery judged, from its bytes to sound typed rows, findings and quarantine.

``uppfoljning check`` and the build call the same :func:`judge`. It reads and decides, and writes only below the working folder it
is given; keeping the outcome is the matter of :mod:`dagster_project.deliveries.intake`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Timer

import duckdb
import pyarrow as pa

from dagster_project import sql
from dagster_project.deliveries import asides, cells, doubt, due, place, remarks, scale, wording
from dagster_project.deliveries.register_types import Block, Ersatt
from dagster_project.deliveries.rows import Rader, database
from dagster_project.deliveries.rulebook import rulebook as rulebook
from dagster_project.reading import formats, guard, limits
from dagster_project.reading.findings import Anmarkning, Atgard, Avvisad, Niva, avvisa
from dagster_project.reading.formats import Format
from dagster_project.reading.sidecar import Bekraftat, Sidofil
from dagster_project.sources import Source
from dagster_project.validation import suites
from dagster_project.validation.suites import Kontroll, Regel, Utfall

#: The regions, and the first and last day, for which a verdict looked into the frame.
Uppslag = tuple[tuple[str, ...], date, date]


@dataclass
class Granskning:
    """The verdict on a delivery.

    ``con`` is a database with the tables ``godkand`` (sound rows) and ``karantan`` (rows and cells taken out, with the reason; as
    delivered they are in ``inlast``); None when the file could not be read. Close the verdict when they have been kept.
    """

    kalla: str
    anmarkningar: list[Anmarkning] = field(default_factory=list)
    kontroller: list[Kontroll] = field(default_factory=list)
    format: Format | None = None
    con: duckdb.DuckDBPyConnection | None = None
    beror: Uppslag | None = None
    respondent: str | None = None
    period: date | None = None
    lasta: int = 0
    godkanda: int = 0
    karantan: int = 0
    perioder: list[date] = field(default_factory=list)  # first days, of all sound rows
    block: list[Block] = field(default_factory=list)
    orsak: str | None = None  # why it could not be judged, for the log
    ersatta: list[Ersatt] = field(
        default_factory=list
    )  # whose blocks it takes the place of; known where there is a register
    bekraftat: tuple[Bekraftat, ...] = ()

    def open(self) -> duckdb.DuckDBPyConnection:
        """A connection to the judgement's database."""
        assert self.con is not None
        return self.con.cursor()

    def close(self) -> None:
        """Let the rows go; what was said of them stays."""
        if self.con is not None:
            self.con.close()
        self.con = None

    @property
    def avvisad(self) -> bool:
        return any(a.atgard == Atgard.AVVISA for a in self.anmarkningar)

    @property
    def bedomning(self) -> str:
        if any(a.kod == guard.KOD for a in self.anmarkningar):
            return guard.KOD
        if self.avvisad:
            return "avvisad"
        return "godkand_med_anmarkning" if self.anmarkningar else "godkand"

    @property
    def tveksamma(self) -> list[Block]:
        """The blocks that hold a value in doubt: what was accepted before stands until it is confirmed."""
        return [block for block in self.block if block.tveksam]

    @property
    def ej_tillampliga(self) -> list[Regel]:
        """The rules of the suite that are not about the delivery's format."""
        return [k.regel for k in self.kontroller if k.utfall in (Utfall.EJ_TILLAMPLIG, Utfall.EJ_KORD)]


def judge(
    source: Source,
    path: Path,
    sidecar: Sidofil,
    work: Path,
    mottagen: datetime | None = None,
    ram: pa.Table | None = None,
    forut: pa.Table | None = None,
) -> Granskning:
    """Judge one file as a delivery to ``source``.

    :param path: the file; its name decides how it is read.
    :param work: an existing empty folder, for what does not fit in memory.
    :param mottagen: when it was received; nothing in it can have happened later.
    :param ram: the frame its rows are held against, where the source has one.
    :param forut: the values that counted before, where its own have a scale (:mod:`~dagster_project.deliveries.scale`).
    """
    verdict = Granskning(source.kalla)
    con = verdict.con = database(work)
    overtime = Timer(limits.JUDGED, con.interrupt)
    overtime.daemon = True
    overtime.start()
    try:
        con.execute("create table leverans as select ?::date as mottagen", [mottagen or datetime.now()])
        if ram is not None:
            con.register("ram_in", ram)
            con.execute("create table ram as from ram_in")
            con.unregister("ram_in")
        scale.load_history(con, source.kalla, forut)
        _judge(verdict, con, source, path, sidecar, work)
    except Avvisad as refusal:
        verdict.anmarkningar += refusal.anmarkningar
        verdict.orsak = refusal.orsak
        verdict.close()
    except BaseException:
        verdict.close()
        raise
    finally:
        overtime.cancel()
    verdict.anmarkningar = _ordered(verdict.anmarkningar)
    return verdict


def _judge(
    verdict: Granskning, con: duckdb.DuckDBPyConnection, source: Source, path: Path, side: Sidofil, work: Path
) -> None:
    """:raises Avvisad: the file cannot be read, or is not what it says."""
    newest = formats.load()[source.kalla][0]
    verdict.bekraftat = side.bekraftat
    verdict.respondent, verdict.period = place.declared(con, side, side.kodsystem or newest.kodsystem)
    underlag = cells.open_file(source, path, side, work, newest)
    span = side.span
    try:
        found, said = formats.recognise(source.kalla, underlag.blad, span[0] if span else None)
    except Avvisad as refusal:  # what is missing may be what was passed over as hidden
        verdict.anmarkningar += [a for blad in underlag.blad for a in blad.anmarkningar]
        raise refusal
    spec = verdict.format = found[0].format
    verdict.anmarkningar += said + [a for t in found for a in t.blad.anmarkningar]
    rader = Rader(con, underlag, found, side, side.kodsystem or spec.kodsystem)
    if rader.streamed:
        con.execute("reset threads")
    rules = suites.fitted(suites.rules(source.kalla), spec)
    verdict.lasta = rader.load()
    verdict.anmarkningar += rader.said
    withdrawn = bool(not verdict.lasta and spec.tom_aterkallar and verdict.respondent and span)
    if not verdict.lasta and not withdrawn:
        raise Avvisad(_no_rows(spec, found[0].blad.namn))
    try:
        rader.place()
        verdict.anmarkningar += rader.mask()
        place.agree(con, spec, side, verdict.respondent)
        verdict.anmarkningar += asides.sums(con, spec, rader.present)
        verdict.beror = _looked_up(con)
        verdict.kontroller = rader.judge(rules, verbatim=source.ram is None)
        verdict.anmarkningar += doubt.unneeded(con, spec, side)
    finally:
        verdict.anmarkningar += remarks.found(con, spec, rules, summed=spec.storlek == "stor" or rader.streamed)
    _limit(verdict, con, rader.lost(rules))
    remarks.quarantine(con, spec, rules, rader.streamed)
    _settle(con, spec, verdict)
    verdict.anmarkningar += due.remarks(con, spec, side, verdict.block)
    if withdrawn and verdict.respondent and span:
        verdict.block = [Block(verdict.respondent, *span, 0)]


def _no_rows(spec: Format, blad: str | None) -> Anmarkning:
    text = "Under rubrikraden finns inga ifyllda rader."
    if spec.tom_aterkallar:
        text += " Ska en tidigare leverans återkallas: ange region och period i filen med uppgifter om leveransen."
    return avvisa("inga_rader", text, blad=blad, forvantat="minst en rad")


def _ordered(findings: Sequence[Anmarkning]) -> list[Anmarkning]:
    """Errors first, then by place in the file; the same finding only once, and without personal data."""
    return sorted(
        dict.fromkeys(map(wording.finding, findings)),
        key=lambda a: (a.niva != Niva.FEL, a.blad or "", a.rad or 0, a.kolumn or "", a.kod),
    )


def _looked_up(con: duckdb.DuckDBPyConnection) -> Uppslag | None:
    """The regions and the days, first and last, of the rows that are held against the frame; None without one."""
    if con.execute("select count(*) from duckdb_tables() where table_name = 'ram'").fetchone() == (0,):
        return None
    row = con.execute("""
        select list_sort(list(distinct _respondent::varchar)), min(_period), last_day(max(_period))
        from (select distinct _respondent, _period from tolkade where _respondent is not null)""").fetchone()
    return (tuple(row[0]), row[1], row[2]) if row and row[0] else None


def _limit(verdict: Granskning, con: duckdb.DuckDBPyConnection, broken: int) -> None:
    """Reject a delivery of which too large a share is broken, by the limit that holds for its last period."""
    [day] = con.execute("select max(_period) from tolkade").fetchone() or [None]
    limit = suites.thresholds(day).get(verdict.kalla, {}).get("max_andel_karantan", 1.0)
    if broken > limit * verdict.lasta:
        verdict.anmarkningar.append(
            avvisa(
                "for_manga_fel",
                f"{broken} av {verdict.lasta} rader har fel. Leveransen avvisas i sin helhet.",
                hittat=f"{100 * broken / verdict.lasta:.0f} procent".replace(".", ","),
                forvantat=f"högst {100 * limit:.0f} procent",
            )
        )


def _settle(con: duckdb.DuckDBPyConnection, spec: Format, verdict: Granskning) -> None:
    """Counts and blocks of what is left; a delivery of which nothing is left is rejected."""
    parts = "".join(f", any_value({sql.identifier(name)}::varchar)" for name in spec.block)
    agreement = "any_value(overenskommelse::varchar)" if "overenskommelse" in spec.block else "null"
    found = con.execute(f"""
        select _respondent::varchar, _period, {place.last_day(spec)}, count(*), _block, {agreement},
            bool_or(_nr in (select _nr from tveksam)){parts}
        from godkand group by _respondent, _block, _period order by all""").fetchall()
    blocks = [
        Block(who, first, last, count, group, agreed, doubt, tuple(parts))
        for who, first, last, count, group, agreed, doubt, *parts in found
    ]
    verdict.godkanda = sum(block.rader for block in blocks if not block.tveksam)
    verdict.karantan = verdict.lasta - verdict.godkanda
    if verdict.lasta and not blocks:
        verdict.anmarkningar.append(
            avvisa(
                "inga_godkanda_rader",
                "Alla rader i filen har fel. Leveransen avvisas i sin helhet.",
                hittat=f"{verdict.lasta} rader med fel",
                forvantat="minst en rad utan fel",
            )
        )
    verdict.perioder = sorted({block.period for block in blocks})
    verdict.block = [block for block in blocks if block.respondent is not None]
