"""The door: one delivery judged, from its bytes to sound typed rows, findings and quarantine.

``uppfoljning check`` and the build call the same :func:`judge`. It reads and decides, and writes only below the working folder it
is given; keeping the outcome is the matter of :mod:`dagster_project.deliveries.intake`.
"""

from __future__ import annotations

import hashlib
import re
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dagster_project import sql
from dagster_project.deliveries import bulk
from dagster_project.deliveries.register import Block
from dagster_project.reading import formats, personal, typing_sql
from dagster_project.reading.findings import Anmarkning, Atgard, Avvisad, Niva, anmark, avvisa
from dagster_project.reading.formats import Format, Traff
from dagster_project.reading.sidecar import Sidofil
from dagster_project.settings import SEEDS
from dagster_project.sources import Source
from dagster_project.validation import suites
from dagster_project.validation.suites import Kontroll, Utfall

#: The regions, and the first and last day, for which a verdict looked into the frame.
Uppslag = tuple[tuple[str, ...], date, date]


@dataclass
class Granskning:
    """The verdict on a delivery.

    ``db`` is a DuckDB file with the tables ``godkand`` (sound rows) and ``karantan`` (rows and cells taken out, with the reason;
    as delivered they are in ``inlast``); None when the file could not be read. A large delivery is in memory, as long as ``minne``
    is open.
    """

    kalla: str
    anmarkningar: list[Anmarkning] = field(default_factory=list)
    kontroller: list[Kontroll] = field(default_factory=list)
    format: Format | None = None
    db: Path | None = None
    minne: duckdb.DuckDBPyConnection | None = None
    beror: Uppslag | None = None
    respondent: str | None = None
    period: date | None = None
    lasta: int = 0
    godkanda: int = 0
    karantan: int = 0
    perioder: list[date] = field(default_factory=list)  # first days, of all sound rows
    block: list[Block] = field(default_factory=list)

    def open(self) -> duckdb.DuckDBPyConnection:
        """A connection to the judgement's database."""
        return self.minne.cursor() if self.minne else duckdb.connect(str(self.db), read_only=True)

    @property
    def avvisad(self) -> bool:
        return any(a.atgard == Atgard.AVVISA for a in self.anmarkningar)

    @property
    def bedomning(self) -> str:
        if self.avvisad:
            return "avvisad"
        return "godkand_med_anmarkning" if self.anmarkningar else "godkand"


#: Reference data as code names it: ``SEEDS / "folder" / "file.csv"`` or ``"folder/file.csv"``.
_NAMED = re.compile(r'"(\w+)(?:" / "|/)([\w*]+\.csv)"')


def rule_files(kalla: str) -> list[Path]:
    """Every file that a verdict rests on besides the delivery: the code of the door and of the source, the reference data that this
    code names, the source's formats and own seeds, its suite."""
    package = Path(__file__).parent.parent
    code = [
        *sorted((package / "reading").glob("*.py")),
        *sorted((package / "deliveries").glob("*.py")),
        *sorted((package / "validation").glob("*.py")),
        package / "sources" / "__init__.py",
        *sorted((package / "sources").glob(f"{kalla}.py")),
        *sorted((package / "sources" / kalla).glob("*.py")),
    ]
    named = {match for path in code for match in _NAMED.findall(path.read_text(encoding="utf-8"))}
    return [
        *code,
        *(path for folder, name in sorted(named) for path in sorted((SEEDS / folder).glob(name))),
        *sorted((SEEDS / "formats" / kalla).glob("*.yml")),
        *sorted((SEEDS / kalla).glob("*")),
        suites.suite_path(kalla),
    ]


@cache
def rulebook(kalla: str) -> str:
    """A hash of everything that a verdict depends on besides the delivery: :func:`rule_files` and the source's thresholds."""
    digest = hashlib.sha256()
    for path in rule_files(kalla):
        digest.update(path.read_bytes())
    digest.update(repr(suites.thresholds().get(kalla)).encode())
    return digest.hexdigest()[:16]


def judge(
    source: Source,
    path: Path,
    sidecar: Sidofil,
    work: Path,
    mottagen: datetime | None = None,
    ram: pa.Table | None = None,
    page: Path | None = None,
) -> Granskning:
    """Judge one file as a delivery to ``source``. Never raises for anything a file can be wrong in.

    :param path: the file; its name decides how it is read.
    :param work: an existing empty folder for the judgement's database.
    :param mottagen: when it was received; nothing in it can have happened later.
    :param ram: the frame its rows are held against, where the source has one.
    :param page: where the outcome of the suite is also shown as HTML.
    """
    verdict = Granskning(source.kalla)
    newest = formats.load()[source.kalla][0]
    try:
        with duckdb.connect() as con:
            typing_sql.load_aliases(con)
            verdict.respondent, verdict.period = _declared(con, sidecar, sidecar.kodsystem or newest.kodsystem)
        if newest.storlek == "stor":
            _judge_large(verdict, path, sidecar, work, mottagen or datetime.now(), ram, page)
            verdict.anmarkningar = _ordered(verdict.anmarkningar)
            return verdict
        sheets = source.read(path, sidecar)
        span = sidecar.span
        found, remarks = formats.recognise(source.kalla, sheets, span[0] if span else None)
        verdict.format = found[0].format
        verdict.anmarkningar += remarks + _formulas(found)
        db = work / "granskning.duckdb"
        with duckdb.connect(str(db)) as con:
            typing_sql.load_aliases(con)
            _load(con, found)
            verdict.lasta = _count(con, "inlast")
            typing_sql.type_rows(con, verdict.format, _present(found), sidecar.kodsystem or verdict.format.kodsystem)
            _quarantine_broken_rows(con, verdict)
            _place(con, verdict, sidecar)
            _mask(con, verdict)
        _expect(db, verdict, page)
        with duckdb.connect(str(db)) as con:
            _settle(con, verdict)
            _ask_if_due(con, verdict, sidecar)
        verdict.db = db
    except Avvisad as refusal:
        verdict.anmarkningar += refusal.anmarkningar
    verdict.anmarkningar = _ordered(verdict.anmarkningar)
    return verdict


def _ordered(findings: Sequence[Anmarkning]) -> list[Anmarkning]:
    """Errors first, then by place in the file; the same finding only once."""
    return sorted(
        dict.fromkeys(findings), key=lambda a: (a.niva != Niva.FEL, a.blad or "", a.rad or 0, a.kolumn or "", a.kod)
    )


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0


def _judge_large(
    verdict: Granskning,
    path: Path,
    side: Sidofil,
    work: Path,
    mottagen: datetime,
    ram: pa.Table | None,
    page: Path | None,
) -> None:
    """The same as for a small file, in the same order, by :mod:`~dagster_project.deliveries.bulk`.

    :raises Avvisad: the file cannot be read, or is not what it says.
    """
    underlag = bulk.open_file(path, work)
    span = side.span
    (found, *_), remarks = formats.recognise(verdict.kalla, [underlag.blad], span[0] if span else None)
    spec = verdict.format = found.format
    verdict.anmarkningar += remarks
    db = Path(f":memory:{uuid.uuid4().hex}")
    con = verdict.minne = bulk.database(db, work)
    typing_sql.load_aliases(con)
    con.execute("create table leverans as select ?::date as mottagen", [mottagen])
    if ram is not None:
        con.register("ram_in", ram)
        con.execute("create table ram as from ram_in")
        con.unregister("ram_in")
    suites_ready = threading.Thread(target=suites.context)  # seconds of import, while DuckDB reads
    suites_ready.start()
    read = bulk.Inlasning(con, underlag, found, side.kodsystem or spec.kodsystem)
    verdict.lasta = read.load()
    if not verdict.lasta and not (spec.tom_aterkallar and verdict.respondent and span):
        raise Avvisad(
            avvisa(
                "inga_rader",
                "Under rubrikraden finns inga ifyllda rader. Ska en tidigare leverans återkallas: ange region och period i "
                "sidofilen."
                if spec.tom_aterkallar
                else "Under rubrikraden finns inga ifyllda rader.",
                forvantat="minst en rad",
            )
        )
    read.place()
    if ram is not None:
        verdict.beror = _looked_up(con)
    failing = read.sort_out()
    suites_ready.join()
    verdict.kontroller = suites.run(
        verdict.kalla, db, "tolkade", keyed=False, parameters=spec.parametrar, page=page, con=con, failing=failing
    )
    verdict.anmarkningar += read.findings(verdict.kontroller)
    _limit(verdict, read.broken(verdict.kontroller))
    read.quarantine(verdict.kontroller)
    verdict.db = db
    _agree_on_period(con, spec, side, "godkand as i")
    _agree_on_respondent(con, verdict, side, "godkand as i")
    _settle(con, verdict)
    _ask_if_due(con, verdict, side)
    if not verdict.lasta and verdict.respondent and span:
        verdict.block = [Block(verdict.respondent, *span, 0)]


def _looked_up(con: duckdb.DuckDBPyConnection) -> Uppslag | None:
    """The regions and the days, first and last, of the rows that are held against the frame."""
    row = con.execute("""
        select list_sort(list(distinct _respondent::varchar)), min(_period), last_day(max(_period))
        from (select distinct _respondent, _period from tolkade where _respondent is not null)""").fetchone()
    return (tuple(row[0]), row[1], row[2]) if row and row[0] else None


# --- what the sidecar says -------------------------------------------------------------------------------------------


def _declared(con: duckdb.DuckDBPyConnection, side: Sidofil, kodsystem: str | None) -> tuple[str | None, date | None]:
    """The respondent and the first day the sidecar states.

    :raises Avvisad: a region, municipality or agreement that does not exist.
    """
    respondent = None
    if side.region:
        respondent = typing_sql.resolve_region(con, side.region, kodsystem)
        if respondent is None:
            raise Avvisad(
                avvisa(
                    "sidofil_region",
                    "Sidofilens region går inte att känna igen. Skriv namnet, eller koden tillsammans med kodsystem.",
                    kolumn="region",
                    hittat=side.region,
                )
            )
    if side.kommun:
        respondent = typing_sql.lookup(con, "kommun", side.kommun)
        if respondent is None:
            raise Avvisad(
                avvisa(
                    "sidofil_kommun",
                    "Sidofilens kommun är inte koden för någon kommun.",
                    kolumn="kommun",
                    hittat=side.kommun,
                )
            )
    if side.overenskommelse:
        known = con.execute(
            "select overenskommelse from read_csv(?, all_varchar = true)",
            [str(SEEDS / "agreements" / "overenskommelser.csv")],
        ).fetchall()
        if (side.overenskommelse,) not in known:
            raise Avvisad(
                avvisa(
                    "sidofil_overenskommelse",
                    "Sidofilens överenskommelse finns inte bland dem som följs upp.",
                    kolumn="overenskommelse",
                    hittat=side.overenskommelse,
                    forvantat=", ".join(k for (k,) in known),
                )
            )
    span = side.span
    return respondent, span[0] if span else None


# --- loading and typing ----------------------------------------------------------------------------------------------


def _formulas(found: list[Traff]) -> list[Anmarkning]:
    return [a for t in found for a in t.blad.anmarkningar]


def _present(found: list[Traff]) -> set[str]:
    """Columns that every recognised sheet has."""
    return set.intersection(*(set(t.celler) for t in found))


def _load(con: duckdb.DuckDBPyConnection, found: list[Traff]) -> None:
    """Table ``inlast``: the rows below the headings as text, blank rows left out.

    :raises Avvisad: a row has filled cells beyond the headings.
    """
    columns = [k.namn for k in found[0].format.kolumner if k.namn in _present(found)]
    data: dict[str, list[Any]] = {name: [] for name in ("_nr", "_blad", "_rad", *columns)}
    for t in found:
        width = len(t.blad.rader[t.rubrikrad][1])
        for row, cells in t.blad.rader[t.rubrikrad + 1 :]:
            if not any(cells):
                continue
            if any(cells[width:]):
                raise Avvisad(
                    avvisa(
                        "for_manga_celler",
                        f"Raden har {len(cells)} celler men rubrikraden har {width}. Står ett avgränsningstecken inne i en cell?",
                        blad=t.blad.namn,
                        rad=row,
                        hittat="; ".join(cells)[:120],
                    )
                )
            data["_nr"].append(len(data["_nr"]) + 1)
            data["_blad"].append(t.blad.namn)
            data["_rad"].append(row)
            for name in columns:
                index = t.celler[name]
                data[name].append(cells[index] or None if index < len(cells) else None)
    kinds = {"_nr": pa.int64(), "_rad": pa.int64()}
    table = pa.table({k: pa.array(v, kinds.get(k, pa.string())) for k, v in data.items()})
    con.register("celler", table)
    con.execute("create table inlast as select * from celler order by _nr")
    con.unregister("celler")
    if not len(table):
        raise Avvisad(
            avvisa(
                "inga_rader",
                "Under rubrikraden finns inga ifyllda rader.",
                blad=found[0].blad.namn,
                forvantat="minst en rad",
            )
        )


def _quarantine_broken_rows(con: duckdb.DuckDBPyConnection, verdict: Granskning) -> None:
    """Rows with a cell that is not of its type go to ``karantan``; too large a share of them rejects the delivery."""
    assert verdict.format is not None
    con.execute("create table karantan (_nr bigint, kolumn varchar, hittat varchar, kod varchar, meddelande varchar)")
    errors = con.execute(
        "select _nr, _blad, _rad, f.kolumn, f.hittat, f.kod from (select _nr, _blad, _rad, unnest(_fel) as f from tolkad) order by all"
    ).fetchall()
    for nr, blad, rad, namn, hittat, kod in errors:
        column = verdict.format.kolumn(namn)
        shown = typing_sql.shown(hittat)
        text = typing_sql.MEDDELANDEN[kod].format(kolumn=column.rubrik, hittat=shown)
        verdict.anmarkningar.append(
            Anmarkning(rad, column.rubrik, kod, text, shown, column.forvantat, blad, Niva.FEL, Atgard.RAD)
        )
        con.execute("insert into karantan values (?, ?, ?, ?, ?)", [nr, namn, hittat, kod, text])
    _limit(verdict, len({e[0] for e in errors}))


def _limit(verdict: Granskning, broken: int) -> None:
    """Reject a delivery of which too large a share is broken."""
    limit = float(suites.thresholds().get(verdict.kalla, {}).get("max_andel_karantan", 1.0))
    if broken > limit * verdict.lasta:
        verdict.anmarkningar.append(
            avvisa(
                "for_manga_fel",
                f"{broken} av {verdict.lasta} rader har fel. Leveransen avvisas i sin helhet.",
                hittat=f"{100 * broken / verdict.lasta:.0f} procent".replace(".", ","),
                forvantat=f"högst {100 * limit:.0f} procent",
            )
        )


# --- respondent and period -------------------------------------------------------------------------------------------


def _place(con: duckdb.DuckDBPyConnection, verdict: Granskning, side: Sidofil) -> None:
    """Table ``godkand``: the sound rows with ``_respondent`` and ``_period``. File and sidecar must say the same.

    :raises Avvisad: no period anywhere, or the sidecar contradicts the file.
    """
    spec = verdict.format
    assert spec is not None
    span = side.span
    has_column = bool(
        spec.period.kolumn
        and con.execute(f'select count("{spec.period.kolumn}") > 0 from tolkad').fetchone() == (True,)
    )
    respondent = f'"{spec.respondent}"'
    if spec.block:
        respondent = f"concat_ws(' ', {respondent}, {', '.join(spec.block)})"
    if spec.period.fast:
        first = f"date '{spec.period.fast[0]}'"
    elif has_column:
        declared = (
            f"date '{span[0]}'"
            if span and spec.period.steg == "manad" and span[0].month == span[1].month
            else "null::date"
        )
        column = f'"{spec.period.kolumn}"'
        if spec.kolumn(str(spec.period.kolumn)).typ == "ar":
            column = f"make_date({column}, 1, 1)"
        first = f"coalesce({column}, {declared})"
        if spec.period.annars:
            first = f'date_trunc(\'month\', coalesce("{spec.period.kolumn}", "{spec.period.annars}"))::date'
            respondent = f'case when "{spec.period.kolumn}" is not null then {respondent} end'
    elif span:
        first = f"date '{span[0]}'"
        if spec.period.steg == "manad" and (span[0].year, span[0].month) != (span[1].year, span[1].month):
            raise Avvisad(
                avvisa(
                    "period_grov",
                    "Sidofilen anger ett år, men leveransen avser en månad.",
                    kolumn="period",
                    hittat=side.period,
                    forvantat="en månad, till exempel 2020-03",
                )
            )
        if spec.period.steg == "ar":
            first = f"date '{span[0].replace(month=1, day=1)}'"
    else:
        where = "i kolumnen Period eller " if spec.period.kolumn else ""
        raise Avvisad(
            avvisa(
                "period_saknas",
                f"Perioden framgår inte. Ange den {where}i en sidofil med raden 'period: {_example(spec)}'.",
                kolumn="period",
                forvantat=_example(spec),
            )
        )
    con.execute(f"""
        create table godkand as
        select * exclude (_fel), {respondent} as _respondent, {first} as _period from tolkad where len(_fel) = 0""")
    if has_column:
        _agree_on_period(con, spec, side, "godkand join inlast as i using (_nr)")
    _agree_on_respondent(con, verdict, side, "godkand join inlast as i using (_nr)")
    if side.overenskommelse and any(column.namn == "overenskommelse" for column in spec.kolumner):
        _agree(
            con,
            spec,
            "godkand join inlast as i using (_nr)",
            "overenskommelse",
            f"godkand.overenskommelse <> {sql.literal(side.overenskommelse)}",
            "overenskommelse_motsagd",
            "Raden gäller en annan överenskommelse än den som sidofilen anger.",
            side.overenskommelse,
        )
    missing = con.execute("select _blad, _rad from godkand where _period is null order by _nr").fetchall()
    if missing:
        raise Avvisad(
            *[
                avvisa(
                    "period_saknas", "Raden saknar period.", blad=b, rad=r, kolumn="Period", forvantat=_example(spec)
                )
                for b, r in missing
            ]
        )


def _example(spec: Format) -> str:
    return "2020-03" if spec.period.steg == "manad" else "2020"


def _agree_on_period(con: duckdb.DuckDBPyConnection, spec: Format, side: Sidofil, rows: str) -> None:
    """:raises Avvisad: a row lies outside the sidecar's period."""
    if span := side.span:
        _agree(
            con,
            spec,
            rows,
            str(spec.period.kolumn),
            f"_period not between date '{span[0]}' and date '{span[1]}'",
            "period_motsagd",
            "Perioden i filen är en annan än den som sidofilen anger.",
            side.period,
        )


def _agree_on_respondent(con: duckdb.DuckDBPyConnection, verdict: Granskning, side: Sidofil, rows: str) -> None:
    """:raises Avvisad: a row is somebody else's than the sidecar says."""
    spec = verdict.format
    assert spec is not None
    level = "kommun" if side.kommun else "region"
    if verdict.respondent and spec.respondent.startswith(level):
        _agree(
            con,
            spec,
            rows,
            spec.respondent,
            f"split_part(_respondent, ' ', 1) <> {sql.literal(verdict.respondent)}",
            "respondent_motsagd",
            "Raden gäller en annan uppgiftslämnare än den som sidofilen anger.",
            side.region or side.kommun,
        )


def _agree(
    con: duckdb.DuckDBPyConnection,
    spec: Format,
    rows: str,
    column: str,
    broken: str,
    kod: str,
    text: str,
    expected: str | None,
) -> None:
    found = con.execute(
        f'select i._blad, i._rad, i."{column}"::varchar from {rows} where {broken} order by i._nr limit 20'
    ).fetchall()
    if found:
        raise Avvisad(
            *[
                avvisa(kod, text, blad=b, rad=r, kolumn=spec.kolumn(column).rubrik, hittat=value, forvantat=expected)
                for b, r, value in found
            ]
        )


# --- personal data, expectations, quarantine --------------------------------------------------------------------------


def _mask(con: duckdb.DuckDBPyConnection, verdict: Granskning) -> None:
    """Mask personal data in text cells, and say where. The cell as delivered stays in the original."""
    assert verdict.format is not None
    for column in verdict.format.kolumner:
        if column.typ != "text":
            continue
        for nr, blad, rad, text in con.execute(
            f'select _nr, _blad, _rad, "{column.namn}" from godkand where "{column.namn}" is not null order by _nr'
        ).fetchall():
            masked, kinds = personal.mask(text)
            if kinds:
                con.execute(f'update godkand set "{column.namn}" = ? where _nr = ?', [masked, nr])
                verdict.anmarkningar.append(
                    anmark(
                        "personuppgift",
                        f"Texten innehåller personuppgifter ({', '.join(kinds)}), som har dolts. Skicka inte personuppgifter.",
                        blad=blad,
                        rad=rad,
                        kolumn=column.rubrik,
                        hittat=", ".join(kinds),
                        forvantat="text utan personuppgifter",
                    )
                )


def _expect(db: Path, verdict: Granskning, page: Path | None) -> None:
    """Run the source's suite over ``godkand`` and carry out what each failing expectation says."""
    spec = verdict.format
    assert spec is not None
    verdict.kontroller = suites.run(verdict.kalla, db, "godkand", parameters=spec.parametrar, page=page)
    with duckdb.connect(str(db)) as con:
        typing_sql.load_aliases(con)
        for check in verdict.kontroller:
            if check.utfall != Utfall.UNDERKAND:
                continue
            for nr, found in check.rader or ((None, check.observerat),):
                verdict.anmarkningar.append(_finding(con, spec, check, nr, found))
                if nr is not None and check.meta["atgard"] in (Atgard.RAD, Atgard.CELL):
                    _take_out(con, check, nr, found)


def _finding(
    con: duckdb.DuckDBPyConnection, spec: Format, check: Kontroll, nr: int | None, found: str | None
) -> Anmarkning:
    place = con.execute("select _blad, _rad from inlast where _nr = ?", [nr]).fetchone() if nr is not None else None
    namn = check.meta.get("kolumn")
    column = next((k for k in spec.kolumner if k.namn == namn), None)
    if check.meta.get("visa_som") == "region" and found:
        found = ", ".join(typing_sql.region_name(con, code.strip()) for code in found.split(","))
    atgard = Atgard(check.meta["atgard"])
    return Anmarkning(
        rad=place[1] if place else None,
        kolumn=column.rubrik if column else None,
        kod=check.kod,
        meddelande=check.meta["meddelande"].format(hittat=typing_sql.shown(found)),
        hittat=typing_sql.shown(found),
        forvantat=check.meta.get("forvantat"),
        blad=place[0] if place else None,
        niva=Niva.FEL if check.blockerande else Niva.ANMARKNING,
        atgard=atgard,
    )


def _take_out(con: duckdb.DuckDBPyConnection, check: Kontroll, nr: int, found: str | None) -> None:
    kolumn = check.meta["kolumn"]
    con.execute(
        "insert into karantan values (?, ?, ?, ?, ?)",
        [nr, kolumn, found, check.kod, check.meta["meddelande"].format(hittat=found)],
    )
    if check.meta["atgard"] == Atgard.CELL:
        con.execute(f'update godkand set "{kolumn}" = null where _nr = ?', [nr])
    else:
        con.execute("delete from godkand where _nr = ?", [nr])


def _settle(con: duckdb.DuckDBPyConnection, verdict: Granskning) -> None:
    """Counts and blocks of what is left; a delivery of which nothing is left is rejected."""
    steg = verdict.format.period.steg if verdict.format else "ar"
    last = (
        f"date '{verdict.format.period.fast[1]}'"
        if verdict.format and verdict.format.period.fast
        else ("last_day(_period)" if steg == "manad" else "make_date(year(_period), 12, 31)")
    )
    found = con.execute(f"""
        select _respondent, _period, {last}, antal
        from (select _respondent, _period, count(*) as antal from godkand group by all) order by all""").fetchall()
    verdict.godkanda = sum(antal for *_, antal in found)
    verdict.karantan = verdict.lasta - verdict.godkanda
    if verdict.lasta and not verdict.godkanda:
        verdict.anmarkningar.append(
            avvisa(
                "inga_godkanda_rader",
                "Alla rader i filen har fel. Leveransen avvisas i sin helhet.",
                hittat=f"{verdict.lasta} rader med fel",
                forvantat="minst en rad utan fel",
            )
        )
    verdict.perioder = sorted({period for _, period, *_ in found})
    verdict.block = [Block(*row) for row in found if row[0] is not None]


WHO = {"region": "regionerna", "kommun": "kommunerna", "rss": "RSS", "skr": "SKR"}


def _ask_if_due(con: duckdb.DuckDBPyConnection, verdict: Granskning, side: Sidofil) -> None:
    """Remark on an agreement under which nothing of the kind is asked for, of those who delivered and for any period delivered.

    Sources that no agreement asks for are not asked about. The agreement is the rows', otherwise the sidecar's.
    """
    spec = verdict.format
    assert spec is not None
    if any(column.namn == "overenskommelse" for column in spec.kolumner):
        delivered = con.execute("select distinct overenskommelse, _respondent, _period from godkand").fetchall()
    else:
        delivered = [(side.overenskommelse, block.respondent, block.period) for block in verdict.block]
    asked = con.execute(
        """
        select overenskommelse, respondent_typ, period::date, period_slut::date from (
            select kalla, overenskommelse, respondent_typ, period, period_slut from read_csv(?, all_varchar = true)
            union all
            select skyldighet, overenskommelse, respondent_typ, period, period_slut from read_csv(?, all_varchar = true))
        where kalla = ? order by all""",
        [str(SEEDS / "agreements" / "leveranskrav.csv"), str(SEEDS / "agreements" / "skyldigheter.csv"), verdict.kalla],
    ).fetchall()
    years: dict[tuple[str, str], set[int]] = {}
    due = set()
    for agreement, respondent, period in delivered:
        if agreement and respondent and asked:
            key = agreement, _kind(respondent.split()[0])
            years.setdefault(key, set()).add(period.year)
            if any(key == (a, kind) and first <= period <= last for a, kind, first, last in asked):
                due.add(key)
    for agreement, kind in sorted(set(years) - due):
        when = ", ".join(map(str, sorted(years[agreement, kind])))
        verdict.anmarkningar.append(
            anmark(
                "ej_begard",
                f"Överenskommelsen {agreement} begär ingen leverans av det här slaget från {WHO[kind]} för {when}. "
                "Leveransen tas emot, men kontrollera överenskommelse och period.",
                kolumn="overenskommelse",
                hittat=agreement,
                forvantat=", ".join(dict.fromkeys(f"{a} ({first.year})" for a, k, first, _ in asked if k == kind))
                or None,
            )
        )


def _kind(respondent: str) -> str:
    """Region, municipality, RSS or SKR, by how the code looks."""
    return next(
        (kind for kind in ("rss", "skr") if respondent.startswith(kind)), "kommun" if len(respondent) == 4 else "region"
    )
