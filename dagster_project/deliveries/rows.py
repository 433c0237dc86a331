"""A delivery's rows in a database, from cells of text to sound typed rows. One road for files of every size.

``inlast`` holds rows as text and becomes ``tolkad``, typed, by :func:`~dagster_project.reading.typing_sql.type_rows`. Of a file that
DuckDB reads by itself one pass first makes ``sakra``: the rows whose cells
:func:`~dagster_project.reading.typing_sql.certain` knows, codes as an enum of their spellings, and the whole row as text where it does
not; only those few go through ``inlast``. The view ``tolkade`` is both, each row with its respondent and period; the view ``godkand``
is that less the rows in ``borttagen``; nothing is copied. What is wrong is collected row by row in ``fynd``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project import sql
from dagster_project.deliveries import asides, doubt, place, remarks, scale, tabs
from dagster_project.deliveries.cells import Underlag, lines, reconcile, signs
from dagster_project.reading import formats, personal, typing_sql
from dagster_project.reading.files import csv_rows
from dagster_project.reading.findings import Anmarkning, Atgard, Avvisad, anmark, avvisa
from dagster_project.reading.formats import Format, Kolumn, Traff
from dagster_project.reading.sidecar import Sidofil
from dagster_project.reading.text import clean_sql
from dagster_project.validation import executor, suites
from dagster_project.validation.suites import Kontroll, Regel, Utfall

#: What DuckDB may use of memory; beyond that it writes to the working folder.
MEMORY = "2GB"

#: The rank in ``borttagen`` of a row that no rule took out, and of one that nothing does.
BROKEN, KEPT = -1, 1 << 15


def database(work: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory with the code lists; it overflows into ``work``.

    One thread: of the small questions that most deliveries are, sharing them costs more than they do.
    """
    con = duckdb.connect()
    con.execute("set threads = 1")
    con.execute(f"set memory_limit = '{MEMORY}'")
    con.execute(f"set temp_directory = {sql.literal((work / 'spill').as_posix())}")
    typing_sql.load_aliases(con)
    con.execute(
        "create table fynd (_nr bigint, _blad varchar, _rad bigint, kolumn varchar, hittat varchar, kod varchar,"
        " vem varchar, period varchar, jamfort varchar)"
    )
    con.execute("create table borttagen (_nr bigint, regel smallint)")
    con.execute("create table tveksam (_nr bigint)")
    return con


def coded(k: Kolumn) -> bool:
    return k.typ in ("kod", "region", "kommun")


@dataclass
class Rader:
    """The rows of a file.

    :param traffar: its sheets as they were recognised, all in one format.
    :param kodsystem: of the file's region codes.
    :param rad: a row's line in the file, as SQL over ``sakra``.
    """

    con: duckdb.DuckDBPyConnection
    underlag: Underlag
    traffar: Sequence[Traff]
    side: Sidofil
    kodsystem: str | None
    rad: str = "null"
    broken: list[tuple[str | None, int, str, str]] = field(default_factory=list)  # sheet, row, what, kod
    unfit: list[asides.Rad] = field(default_factory=list)  # rows that are no data, by their cells
    said: list[Anmarkning] = field(default_factory=list)

    @property
    def spec(self) -> Format:
        return self.traffar[0].format

    @property
    def present(self) -> set[str]:
        """The format's columns that a sheet has."""
        return {name for t in self.traffar for name in t.celler}

    @property
    def columns(self) -> list[Kolumn]:
        return [k for k in self.spec.kolumner if k.namn in self.present]

    @property
    def streamed(self) -> bool:
        return self.underlag.text is not None

    def _one(self, query: str) -> int:
        row = self.con.execute(query).fetchone()
        return int(row[0]) if row else 0

    # --- reading and typing -------------------------------------------------------------------------------------------

    def load(self) -> int:
        """Tables ``sakra``, ``inlast`` and ``tolkad``; broken rows and broken cells as findings.

        :returns: how many rows were read, blank ones left out.
        :raises Avvisad: the file cannot be read to its end.
        """
        con = self.con
        if self.streamed:
            self._stream()
        else:
            self._insert([(t.blad.namn, *row) for t in self.traffar for row in self._sound(t)], 0)
        typing_sql.type_rows(con, self.spec, self.present, self.kodsystem)
        self.said += tabs.unsaid(con, self.spec, self.traffar)
        self.said += asides.set_aside(con, self.spec, self.present, self.unfit)
        self.said += asides.later_sheet(con, self.spec, [t.blad.namn for t in self.traffar])
        con.execute("""
            insert into fynd by name select _nr, _blad, _rad, f.kolumn, f.hittat, f.kod
            from (select _nr, _blad, _rad, unnest(_fel) as f from tolkad)""")
        sure = self._one("select count(*) from sakra") if self.streamed else 0
        first = max(sure, self._one("select coalesce(max(_nr), 0) from inlast"))
        for nr, (blad, rad, found, kod) in enumerate(self.broken, first + 1):
            con.execute(
                "insert into fynd (_nr, _blad, _rad, hittat, kod) values (?, ?, ?, ?, ?)", [nr, blad, rad, found, kod]
            )
            con.execute("insert into inlast (_nr, _blad, _rad) values (?, ?, ?)", [nr, blad, rad])
        own = ", ".join(map(sql.literal, self.spec.svar)) or "null"
        con.execute(
            f"insert into borttagen select distinct _nr, {BROKEN} from fynd where coalesce(kolumn not in ({own}), true)"
        )
        certain = self._one("select count(*) from sakra where _text is null") if self.streamed else 0
        return certain + self._one("select count(*) from inlast")

    def _sound(self, t: Traff) -> Iterator[tuple[int, list[str | None]]]:
        """Each row with cells below a sheet's headings that has as many cells as there are headings; the others become findings."""
        width = len(t.blad.rader[t.rubrikrad][1])
        for row, cells in t.blad.rader[t.rubrikrad + 1 :]:
            if any(cells) and self._fits(t, row, cells, width):
                yield row, [cells[t.celler[k.namn]] or None if k.namn in t.celler else None for k in self.columns]

    def _fits(self, t: Traff, row: int, cells: list[str], width: int) -> bool:
        kod = "for_manga_celler" if any(cells[width:]) else "for_fa_celler" if len(cells) < width else None
        if kod and (text := asides.no_data(cells)):
            self.unfit.append((t.blad.namn, row, text))
        elif kod:
            self.broken.append((t.blad.namn, row, f"{len(cells)} celler", kod))
        return kod is None

    def _insert(self, rows: Sequence[tuple[str | None, int, list[str | None]]], after: int) -> None:
        """Rows of text cells, trimmed where they were read, into ``inlast``, numbered from ``after`` on."""
        names = [k.namn for k in self.columns]
        cells = [pa.array([r[2][i] for r in rows], pa.string()) for i in range(len(names))]
        where = [
            pa.array(range(after + 1, after + len(rows) + 1), pa.int64()),
            pa.array([r[0] for r in rows], pa.string()),
            pa.array([r[1] for r in rows], pa.int64()),
        ]
        self.con.register("celler", pa.table([*where, *cells], names=["_nr", "_blad", "_rad", *names]))
        self.con.execute("create table inlast as from celler order by _nr")
        self.con.unregister("celler")

    def _stream(self) -> None:
        """``sakra`` in one pass over the file, and in ``inlast`` the rows that are not certain."""
        con, [t] = self.con, self.traffar
        kinds = list(self.underlag.typer.values())
        values, tests = [], []
        for k in self.columns:
            cell, enum = f"c{t.celler[k.namn]}", f"stavning_{k.namn}"
            if coded(k):
                known = typing_sql.spellings(con, k, self.kodsystem)
                con.execute(f"create type {enum} as enum ({', '.join(map(sql.literal, known))})")
            repeated = bool(kinds) and kinds[t.celler[k.namn]] == "VARCHAR"
            nothing = (f"null::{typing_sql.SQL_TYPE[k.typ]}", "false")
            value, test = typing_sql.certain(k, cell, enum, repeated) or nothing
            values.append(f"{value} as {sql.identifier(k.namn)}")
            tests.append(f"({test})")
        cells = ", ".join(f"c{t.celler[k.namn]}" for k in self.columns)
        try:
            con.execute(f"""
                create table sakra as
                select *, {place.first_day(self.spec, self.present, self.side)} as _period
                from (
                    select {", ".join(values)}, case when coalesce({" and ".join(tests)}, false) then null else [{cells}] end as _text
                    from {self.underlag.relation(t)}
                )""")
        except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
            raise Avvisad(
                avvisa("trasig_fil", "Filen är skadad och går inte att läsa."), orsak=type(error).__name__
            ) from None
        self._uncertain(self._number(t))

    def _uncertain(self, again: Sequence[tuple[int, list[str | None]]]) -> None:
        """``inlast``: the rows of ``sakra`` that are not certain, under their own numbers, and those that were split anew."""
        self._insert([(None, *row) for row in again], self._one("select count(*) from sakra"))
        [t] = self.traffar
        self.said += signs(self.con, self.rad, [t.celler[k.namn] for k in self.columns])
        cells = [
            f"nfc_normalize(nullif(trim({clean_sql(f'_text[{i}]')}, {sql.literal(typing_sql.AROUND)}), '')) as {sql.identifier(k.namn)}"
            for i, k in enumerate(self.columns, 1)
        ]
        names = ", ".join(sql.identifier(k.namn) for k in self.columns)
        self.con.execute(f"""
            insert into inlast
            select * from (select rowid + 1, null, {self.rad}, {", ".join(cells)} from sakra where _text is not null)
            where coalesce({names}) is not null""")

    def _number(self, t: Traff) -> list[tuple[int, list[str | None]]]:
        """Find out on which line each row stands. Blank lines, and lines that DuckDB could not split, are no rows and take a line each.

        :returns: of the latter, those that are rows all the same, with their line; the others become findings.
        """
        line = t.blad.rader[t.rubrikrad][0]
        self.rad = f"rowid + {line + 1}"
        if not (sep := self.underlag.avgransare):
            return []
        assert self.underlag.text is not None
        rejected: list[tuple[int, str, str]] = self.con.execute(
            "select line, min(error_type)::varchar, trim(any_value(csv_line), e'\\r\\n') from trasiga group by line order by line"
        ).fetchall()
        count, blank = lines(self.underlag.text, line)
        skipped = sorted({*(row for row, *_ in rejected), *blank})
        if self._one("select count(*) from sakra") != count - line - len(skipped):
            reconcile(self.con, self.underlag, t)
        if skipped:
            self.con.execute("create temp table overhoppad as select unnest(?::bigint[]) as rad", [skipped])
            self.con.execute("alter table sakra add column _rad bigint")
            self.con.execute(f"""
                update sakra set _rad = plats.rad
                from (
                    select row_number() over (order by l.rad) - 1 as nr, l.rad
                    from range({line + 1}, {line + 1} + (select count(*) from sakra) + {len(skipped)}) as l(rad)
                    anti join overhoppad using (rad)
                ) as plats
                where sakra.rowid = plats.nr""")
            self.rad = "_rad"
        again: list[tuple[int, list[str | None]]] = []
        for row, kind, text in rejected:
            if kind in ("MISSING COLUMNS", "TOO MANY COLUMNS"):
                [(_, cells)] = list(csv_rows(text, sep)) or [(row, [])]
                alone = Traff(type(t.blad)(None, [t.blad.rader[t.rubrikrad], (row, cells)]), t.format, 0, t.celler, ())
                again += self._sound(alone)
            else:
                self.broken.append((None, row, "", "olaslig_rad"))
        return again

    # --- respondent and period ----------------------------------------------------------------------------------------

    def place(self) -> None:
        """View ``tolkade``: all rows that could be typed, with ``_respondent`` and ``_period``; view ``godkand``: those nothing takes out."""
        spec, con = self.spec, self.con
        decoded, typed = [], []
        for k in spec.kolumner:
            name = value = sql.identifier(k.namn)
            if self.streamed and coded(k) and not k.summarader and k.namn in self.present:
                codes = typing_sql.codes(con, k, self.kodsystem)
                con.execute(f"create type kod_{k.namn} as enum ({', '.join(map(sql.literal, codes))})")
                by_spelling = typing_sql.spellings(con, k, self.kodsystem).values()
                value = f"([{', '.join(map(sql.literal, by_spelling))}]::kod_{k.namn}[])[enum_code({name}) + 1]"
                name = f"{name}::kod_{k.namn} as {name}"
            elif k.namn not in self.present:
                value = f"{'null' if k.standard is None else sql.literal(k.standard)}::{typing_sql.SQL_TYPE[k.typ]}"
            decoded.append(f"{value} as {sql.identifier(k.namn)}")
            typed.append(name)
            if k.markering:
                decoded.append(f"null::varchar as {sql.identifier(f'{k.namn}_markering')}")
                typed.append(sql.identifier(f"{k.namn}_markering"))
        decoded += [f"{sql.literal(value)} as {sql.identifier(name)}" for name, value in spec.konstanter.items()]
        typed += map(sql.identifier, spec.konstanter)
        certain = f"""
            select rowid + 1 as _nr, null::varchar as _blad, {self.rad} as _rad, {", ".join(decoded)}, _period
            from sakra where _text is null
            union all"""
        con.execute(f"""
            create view tolkade as
            select *, {place.respondent(spec)} as _respondent, {place.block(spec)} as _block
            from (
                {certain if self.streamed else ""}
                select _nr, _blad, _rad, {", ".join(typed)}, {place.first_day(spec, self.present, self.side)} as _period
                from tolkad where {typing_sql.sound(spec)}
            )""")
        con.execute("create view godkand as select * from tolkade where _nr not in (select _nr from borttagen)")
        delivered = [f"{sql.identifier(k.namn)}::varchar as {sql.identifier(k.namn)}" for k in self.columns]
        certain = f"""
            union all
            select rowid + 1, null, {self.rad}, {", ".join(delivered)} from sakra where _text is null"""
        con.execute(f"create view levererat as from inlast {certain if self.streamed else ''}")
        self._out_of_time()

    def _out_of_time(self) -> None:
        """Take out the rows of a period that no format of the source is about, or that had not begun when the delivery was received."""
        name = self.spec.period.kolumn
        if name not in self.present or self.spec.period.annars:
            return
        first = min(spec.galler_fran for spec in formats.load()[self.spec.kalla])
        self.con.execute(f"""
            insert into fynd (_nr, _blad, _rad, kolumn, hittat, kod)
            select t._nr, t._blad, t._rad, {sql.literal(name)}, l.{sql.identifier(name)}::varchar, 'orimlig_period'
            from tolkade t join levererat l using (_nr)
            where t._period < date '{first.replace(month=1, day=1)}' or t._period > (select mottagen from leverans)""")
        self.con.execute(f"insert into borttagen select _nr, {BROKEN} from fynd where kod = 'orimlig_period'")

    def mask(self) -> Iterator[Anmarkning]:
        """Mask personal data in free text, and say where. The cell as delivered stays in the original."""
        for k in self.columns:
            if k.typ != "text":
                continue
            name = sql.identifier(k.namn)
            texts = self.con.execute(f"select distinct {name} from tolkad where {name} is not null").fetchall()
            for text, (masked, kinds) in ((text, personal.mask(text)) for (text,) in texts):
                if not kinds:
                    continue
                rows = self.con.execute(
                    f"select _blad, _rad from tolkad where {name} = ? and {typing_sql.sound(self.spec)} order by _nr",
                    [text],
                ).fetchall()
                self.con.execute(f"update tolkad set {name} = ? where {name} = ?", [masked, text])
                for blad, rad in rows:
                    yield anmark(
                        "personuppgift",
                        f"Texten innehåller personuppgifter ({', '.join(kinds)}), som har dolts. Skicka inte personuppgifter.",
                        blad=blad,
                        rad=rad,
                        kolumn=k.rubrik,
                        hittat=", ".join(kinds),
                        forvantat="text utan personuppgifter",
                    )

    # --- rules --------------------------------------------------------------------------------------------------------

    def judge(self, rules: tuple[Regel, ...], verbatim: bool) -> list[Kontroll]:
        """Run the suite over ``godkand``, each rule once and in order, and carry out what each one says.

        :param verbatim: whether the rows of a small file shall also be kept as they are before, as ``fore_regler``.
        """
        if self.side.region:  # the sidecar says whose the delivery is: nobody else is missing in it
            rules = tuple(r for r in rules if not r.hela)
        if not self.streamed and verbatim:
            self.con.execute("create table fore_regler as from tolkade")
        order = {regel.kod: number for number, regel in enumerate(rules)}
        failed: list[Regel] = []

        def take_out(regel: Regel) -> None:
            failed.append(regel)
            broken = executor.table(regel)
            if regel.atgard == Atgard.TVEKA:
                self._hold(regel.kolumn, broken)
            if regel.atgard == Atgard.RAD:
                self.con.execute(f"insert into borttagen select distinct _nr, {order[regel.kod]} from {broken}")
            if regel.atgard == Atgard.CELL:
                cell = sql.identifier(str(regel.kolumn))
                self.con.execute(f"update tolkad set {cell} = null where _nr in (select _nr from {broken})")
                if self.streamed:
                    self.con.execute(f"update sakra set {cell} = null where rowid + 1 in (select _nr from {broken})")

        checks = executor.run(self.con, rules, "godkand", suites.columns(self.spec), self.spec.parametrar, take_out)
        for check in checks:
            if check.regel.hela and check.utfall == Utfall.UNDERKAND:
                values = [check.regel.kolumn, check.observerat, check.kod]
                self.con.execute("insert into fynd (kolumn, hittat, kod) values (?, ?, ?)", values)
        found = [
            f"select _nr, {sql.literal(r.kolumn) if r.kolumn else 'null'} as kolumn, hittat, {sql.literal(r.kod)} as kod, "
            f"{'{vem}' in r.meddelande} as namns, null as jamfort from {executor.table(r)}"
            for r in failed
        ]
        for k in scale.columns(self.spec):
            if scale.find(self.con, self.spec, k):
                self._hold(k.namn, scale.table(k))
                found.append(
                    f"select _nr, {sql.literal(k.namn)} as kolumn, hittat, '{scale.KOD}' as kod, true as namns, jamfort from {scale.table(k)}"
                )
        if found:
            remarks.write_down(self.con, self.spec, " union all ".join(found))
        return checks

    def _hold(self, kolumn: str | None, broken: str) -> None:
        """Put the rows of the table ``broken`` in doubt, but for those whose value in ``kolumn`` is confirmed."""
        doubt.confirm(self.con, self.spec, self.side, kolumn, broken)
        self.con.execute(f"insert into tveksam select distinct _nr from {broken}")

    def lost(self, rules: Sequence[Regel]) -> int:
        """How many rows were taken out for an error; those taken out with a remark only do not count."""
        remarks = ", ".join(sql.literal(kod) for kod in [doubt.CONFIRMED, *(r.kod for r in rules if not r.fel)])
        return self._one(
            f"select count(distinct f._nr) from fynd f join borttagen using (_nr) where f.kod not in ({remarks})"
        )
