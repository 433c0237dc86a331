"""Large deliveries: read, typed and judged by DuckDB, never row by row in Python. Same rules, same result as for small ones.

A file becomes plain UTF-8 text on its way (gzip unpacked and checked, Windows-1252 transcoded) or is Parquet already. One pass over
it makes the table ``sakra``: the cells as typed values where :func:`~dagster_project.reading.typing_sql.certain` knows them, codes
as an enum of their spellings, and the whole row as text where it does not. Those few rows become ``inlast`` and are typed like any
small delivery. The view ``godkand`` is both, less the rows in ``borttagen``; nothing is copied.

What is wrong is collected row by row in ``fynd`` and summed up for the sender: per rule, column and value the number of rows and the
first of them.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from dagster_project import sql
from dagster_project.reading import typing_sql
from dagster_project.reading.files import SUFFIXES, WORKBOOKS, csv_rows, separator, suffix
from dagster_project.reading.findings import Anmarkning, Atgard, Avvisad, Niva, avvisa
from dagster_project.reading.formats import HEADING_ROWS, Format, Kolumn, Traff
from dagster_project.reading.sheets import Blad
from dagster_project.validation import suites
from dagster_project.validation.suites import Kontroll

#: How much is read of a file at a time, and how much is looked at for its headings.
CHUNK = 1 << 22
HEAD = 1 << 18

#: Blanks around a cell, which do not count.
BLANKS = " \t\r\n\xa0\u2007\u2009\u202f"

#: What DuckDB may use of memory; beyond that it writes to the working folder.
MEMORY = "2GB"

#: How many values of one rule and column are told one by one, and how many rows of each.
VALUES, ROWS = 25, 5

#: Lines that are no rows at all, by DuckDB's kind of error.
BROKEN_LINES = {
    "MISSING COLUMNS": ("for_fa_celler", "Raden har färre celler än rubrikraden."),
    "TOO MANY COLUMNS": (
        "for_manga_celler",
        "Raden har fler celler än rubrikraden. Står ett avgränsningstecken inne i en cell?",
    ),
}
UNREADABLE = ("olaslig_rad", "Raden går inte att läsa som en rad med celler. Saknas ett citattecken?")


@dataclass(frozen=True)
class Underlag:
    """A large file made ready for DuckDB.

    :param blad: its first rows.
    :param text: the plain text, or the Parquet file.
    :param avgransare: the separator, None for Parquet.
    :param typer: the type of each column of a Parquet file, by its heading.
    """

    blad: Blad
    text: Path
    avgransare: str | None = None
    typer: dict[str, str] = field(default_factory=dict)


# --- the file ---------------------------------------------------------------------------------------------------------


def open_file(path: Path, work: Path) -> Underlag:
    """Make a file ready for DuckDB; what must be unpacked or transcoded is written to ``work``.

    :raises Avvisad: empty, truncated, broken, or of a kind that is not read in bulk.
    """
    kind = suffix(path)
    if not path.stat().st_size:
        raise Avvisad(avvisa("tom_fil", "Filen är tom (0 byte)."))
    if kind == ".parquet":
        kinds = _parquet_columns(path)
        return Underlag(Blad(None, [(1, list(kinds))]), path, typer=kinds)
    if kind not in SUFFIXES or kind in WORKBOOKS:
        raise Avvisad(
            avvisa(
                "okand_filtyp",
                f"Filtypen {kind or '(ingen)'} kan inte läsas för den här källan.",
                hittat=path.name,
                forvantat="csv (även gzip) eller Parquet",
            )
        )
    try:
        text = _plain(path, work / "utf8.csv", "utf-8")
    except UnicodeDecodeError:
        text = _plain(path, work / "cp1252.csv", "cp1252")
    with text.open("rb") as file:
        head = file.read(HEAD)
    whole = head if len(head) < HEAD else head[: head.rfind(b"\n") + 1]
    start = whole.decode("utf-8-sig", errors="replace")
    if not start.strip():
        raise Avvisad(avvisa("tom_fil", "Filen innehåller inga tecken utom blanksteg."))
    sep = separator(start)
    rows = [row for row, _ in zip(csv_rows(start, sep), range(HEADING_ROWS), strict=False)]
    return Underlag(Blad(None, rows), text, sep)


def _parquet_columns(path: Path) -> dict[str, str]:
    try:
        with duckdb.connect() as con:
            return {
                name: kind for name, kind, *_ in con.execute(f"describe from read_parquet({sql.path(path)})").fetchall()
            }
    except duckdb.Error as error:
        raise Avvisad(
            avvisa("trasig_fil", "Parquetfilen är skadad och går inte att läsa.", hittat=str(error)[:120])
        ) from None


def _plain(path: Path, target: Path, encoding: str) -> Path:
    """The file as plain UTF-8: itself, where it is that already.

    :raises UnicodeDecodeError: it is not in this encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict" if encoding == "utf-8" else "replace")
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    rewritten = packed or encoding != "utf-8"
    with (target if rewritten else Path("/dev/null")).open("wb") as out:
        for chunk in _unpacked(path) if packed else _chunks(path):
            if encoding != "utf-8":
                out.write(decoder.decode(chunk).encode())
                continue
            if not chunk.isascii() or decoder.getstate()[0]:
                decoder.decode(chunk)
            if packed:
                out.write(chunk)
        decoder.decode(b"", final=True)
    return target if rewritten else path


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _unpacked(path: Path) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        for chunk in _chunks(path):
            rest = chunk
            while rest:
                if unpacker.eof:
                    unpacker = zlib.decompressobj(wbits=31)  # gzip files may be put one after the other
                yield unpacker.decompress(rest)
                rest = unpacker.unused_data
    except zlib.error:
        unpacker = zlib.decompressobj(wbits=31)
    if not unpacker.eof:
        raise Avvisad(
            avvisa(
                "trasig_gzip", "Den komprimerade filen (gzip) är avbruten eller skadad. Leverera den igen i sin helhet."
            )
        )


def _blank_lines(text: Path, after: int) -> list[int]:
    """Numbers of the blank lines below line ``after``. DuckDB passes over them without a word."""
    last = b""
    for chunk in _chunks(text):
        if b"\n\n" in last + chunk or b"\n\r\n" in last + chunk:
            break
        last = chunk[-2:]
    else:
        return []
    with text.open("rb") as file:
        return [number for number, line in enumerate(file, 1) if number > after and line in (b"\n", b"\r\n")]


# --- reading and typing -----------------------------------------------------------------------------------------------


def database(db: Path, work: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that Great Expectations can open too; it overflows into ``work``."""
    con = suites.shared_memory(db)
    con.execute(f"set memory_limit = '{MEMORY}'")
    con.execute(f"set temp_directory = {sql.literal((work / 'spill').as_posix())}")
    con.execute("create table fynd (_nr bigint, _rad bigint, kolumn varchar, hittat varchar, kod varchar)")
    con.execute("create table borttagen (_nr bigint)")
    return con


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _coded(k: Kolumn) -> bool:
    return k.typ in ("kod", "region", "kommun")


@dataclass
class Inlasning:
    """A large file in a database.

    :param kodsystem: of the file's region codes.
    :param rad: a row's line in the file, as SQL over ``sakra``.
    """

    con: duckdb.DuckDBPyConnection
    underlag: Underlag
    traff: Traff
    kodsystem: str | None
    rad: str = "null"

    @property
    def spec(self) -> Format:
        return self.traff.format

    @property
    def columns(self) -> list[Kolumn]:
        """The format's columns that the file has."""
        return [k for k in self.spec.kolumner if k.namn in self.traff.celler]

    def load(self) -> int:
        """Tables ``sakra``, ``inlast`` and ``tolkad``; broken lines and broken cells as findings.

        :returns: how many rows were read, blank ones left out.
        :raises Avvisad: the file cannot be read to its end.
        """
        con, columns = self.con, self.columns
        self._read()
        broken = self._broken_lines()
        self._number([line for line, *_ in broken])
        cells = [f"""nullif(trim(_text[{i}], '{BLANKS}'), '') as "{k.namn}\"""" for i, k in enumerate(columns, 1)]
        names = ", ".join(f'"{k.namn}"' for k in columns)
        con.execute(
            f"create temp table osakra as select rowid + 1 as _nr, {self.rad} as _rad, _text from sakra where _text is not null"
        )
        con.execute(f"""
            create table inlast as
            select * from (select _nr, null::varchar as _blad, _rad, {", ".join(cells)} from osakra) where coalesce({names}) is not null""")
        typing_sql.type_rows(con, self.spec, {k.namn for k in columns}, self.kodsystem)
        con.execute("""
            insert into fynd
            select _nr, _rad, f.kolumn, f.hittat, f.kod from (select _nr, _rad, unnest(_fel) as f from tolkad)""")
        if broken:
            lines, kinds, texts = zip(*broken, strict=True)
            con.execute(
                "create temp table bruten as select unnest(?::bigint[]) as _rad, unnest(?) as kod, unnest(?) as hittat",
                [list(lines), [BROKEN_LINES.get(kind, UNREADABLE)[0] for kind in kinds], list(texts)],
            )
            con.execute("""
                insert into fynd
                select (select count(*) from sakra) + row_number() over (order by _rad), _rad, null, hittat, kod
                from bruten where trim(hittat) <> ''""")
            con.execute("insert into inlast (_nr, _rad) select _nr, _rad from fynd where kolumn is null")
        con.execute("insert into borttagen select distinct _nr from fynd")
        return _one(con, "select (select count(*) from sakra where _text is null) + (select count(*) from inlast)")

    def _read(self) -> None:
        """The one pass over the file."""
        values, tests = [], []
        kinds = list(self.underlag.typer.values())
        for k in self.columns:
            cell, enum = f"c{self.traff.celler[k.namn]}", f"stavning_{k.namn}"
            if _coded(k):
                known = typing_sql.spellings(self.con, k, self.kodsystem)
                self.con.execute(f"create type {enum} as enum ({', '.join(map(sql.literal, known))})")
            repeated = bool(kinds) and kinds[self.traff.celler[k.namn]] == "VARCHAR"
            value, test = typing_sql.certain(k, cell, enum, repeated) or (
                f"null::{typing_sql.SQL_TYPE[k.typ]}",
                "false",
            )
            values.append(f'{value} as "{k.namn}"')
            tests.append(f"({cell} is null or {test})" if k.tom else f"({test})")
        cells = ", ".join(f"c{self.traff.celler[k.namn]}" for k in self.columns)
        try:
            self.con.execute(f"""
                create table sakra as
                select *, {self._period} as _period
                from (
                    select {", ".join(values)}, case when coalesce({" and ".join(tests)}, false) then null else [{cells}] end as _text
                    from {self._relation()}
                )""")
        except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
            raise Avvisad(
                avvisa("trasig_fil", "Filen är skadad och går inte att läsa.", hittat=str(error)[:120])
            ) from None

    @property
    def _period(self) -> str:
        """The first day of a row's period, as SQL."""
        period = self.spec.period
        days = [name for name in (period.kolumn, period.annars) if name in self.traff.celler]
        return f"date_trunc('{'month' if period.steg == 'manad' else 'year'}', coalesce({', '.join(days)}))::date"

    def _relation(self) -> str:
        """The rows below the headings, columns ``c0``, ``c1``, … as text."""
        path = sql.path(self.underlag.text)
        line, headings = self.underlag.blad.rader[self.traff.rubrikrad]
        if self.underlag.avgransare:
            columns = ", ".join(f"'c{i}': 'varchar'" for i in range(len(headings)))
            return (
                f"read_csv({path}, auto_detect = false, header = false, skip = {line}, delim = {sql.literal(self.underlag.avgransare)}, "
                f"quote = '\"', escape = '\"', columns = {{{columns}}}, store_rejects = true, rejects_table = 'trasiga', "
                "rejects_scan = 'trasiga_filer', rejects_limit = 0)"
            )
        cells = []
        for i, (name, kind) in enumerate(self.underlag.typer.items()):
            cell = sql.identifier(name)
            if kind in ("DOUBLE", "FLOAT"):  # 1950.0 is 1950, as in a workbook
                cell = f"case when {cell} = trunc({cell}) and abs({cell}) < 1e15 then {cell}::bigint::varchar else {cell}::varchar end"
            cells.append(f"{cell}::varchar as c{i}")
        return f"(select {', '.join(cells)} from read_parquet({path}))"

    def _broken_lines(self) -> list[tuple[int, str, str]]:
        """Line, kind of error and text of each line that DuckDB could not split into cells."""
        if not self.underlag.avgransare:
            return []
        rows: list[tuple[int, str, str]] = self.con.execute(
            "select line, min(error_type)::varchar, trim(any_value(csv_line), e'\\r\\n') from trasiga group by line order by line"
        ).fetchall()
        return rows

    def _number(self, broken: Sequence[int]) -> None:
        """Find out on which line each row stands. Blank and broken lines are no rows, and take a line each."""
        line = self.underlag.blad.rader[self.traff.rubrikrad][0]
        blank = _blank_lines(self.underlag.text, line) if self.underlag.avgransare else []
        self.rad = f"rowid + {line + 1}"
        skipped = sorted({*broken, *blank})
        if not skipped:
            return
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

    def place(self) -> None:
        """View ``tolkade``: all rows that could be typed, codes as enums, with ``_respondent`` and ``_period``; view ``godkand``: those nothing takes out."""
        spec = self.spec
        decoded, typed = [], []
        for k in spec.kolumner:
            name = value = f'"{k.namn}"'
            if k.namn not in self.traff.celler:
                value = f"null::{typing_sql.SQL_TYPE[k.typ]}"
            elif _coded(k):
                codes = typing_sql.codes(self.con, k, self.kodsystem)
                self.con.execute(f"create type kod_{k.namn} as enum ({', '.join(map(sql.literal, codes))})")
                by_spelling = typing_sql.spellings(self.con, k, self.kodsystem).values()
                value = f"([{', '.join(map(sql.literal, by_spelling))}]::kod_{k.namn}[])[enum_code({name}) + 1]"
                name = f"{name}::kod_{k.namn}"
            decoded.append(f'{value} as "{k.namn}"')
            typed.append(name)
        self.con.execute(f"""
            create view tolkade as
            select *, case when "{spec.period.kolumn}" is not null then "{spec.respondent}" end as _respondent
            from (
                select rowid + 1 as _nr, null::varchar as _blad, {self.rad} as _rad, {", ".join(decoded)}, _period
                from sakra where _text is null
                union all
                select _nr, _blad, _rad, {", ".join(typed)}, {self._period} from tolkad where len(_fel) = 0
            )""")
        self.con.execute("create view godkand as select * from tolkade where _nr not in (select _nr from borttagen)")

    # --- rules --------------------------------------------------------------------------------------------------------

    def sort_out(self) -> dict[str, str]:
        """Run the suite's rules that are SQL, each once and in order; a rule sees no row that an earlier one took out.

        What several rules look for is found once: a rule's ``underlag`` are tables made just before it, for it and those after it.

        :returns: for each rule, the table with its failing rows.
        """
        failing, found = {}, []
        for e in suites.load_suite(self.spec.kalla)["expectations"]:
            meta = e["meta"]
            table = failing[meta["kod"]] = f"brott_{meta['kod']}"
            for name, query in {**meta.get("underlag", {}), table: e["kwargs"]["unexpected_rows_query"]}.items():
                self.con.execute(f"create table {name} as {query.replace('{batch}', 'godkand')}")
            found.append(f"""
                select _nr, {sql.literal(meta["kolumn"])} as kolumn, "{meta["kolumn"]}"::varchar as hittat, {sql.literal(meta["kod"])} as kod from {table}""")
            if meta["atgard"] == Atgard.RAD:
                self.con.execute(f"insert into borttagen select distinct _nr from {table}")
        if found:
            self.con.execute(f"""
                insert into fynd
                select _nr, _rad, kolumn, hittat, kod from ({" union all ".join(found)}) join tolkade using (_nr)""")
        return failing

    def findings(self, checks: Sequence[Kontroll]) -> list[Anmarkning]:
        """What was found, summed up: per rule, column and value the number of rows and the first of them."""
        rules = {c.kod: c for c in checks}
        rows = self.con.execute(f"""
            with varden as (
                select kod, kolumn, hittat, count(*) as antal, min(_rad, {ROWS}) as rader from fynd group by all
            ), ordnade as (
                select *, row_number() over (partition by kod, kolumn order by antal desc, hittat) <= {VALUES} as visas from varden
            )
            select kod, kolumn, case when visas then hittat end as vad, sum(antal)::bigint, count(*),
                list_slice(list_sort(flatten(list(rader))), 1, {ROWS})
            from ordnade group by kod, kolumn, visas, vad order by all""").fetchall()
        return [self._finding(rules.get(kod), *row) for kod, *row in ((r[0], *r) for r in rows)]

    def _finding(
        self,
        rule: Kontroll | None,
        kod: str,
        kolumn: str | None,
        hittat: str | None,
        antal: int,
        varden: int,
        rader: list[int],
    ) -> Anmarkning:
        k = next((c for c in self.spec.kolumner if c.namn == kolumn), None)
        if rule and rule.meta.get("visa_som") == "region" and hittat:
            hittat = typing_sql.region_name(self.con, hittat)
        shown = typing_sql.shown(hittat) if varden == 1 else f"{_number(varden)} olika värden"
        told = {**dict([UNREADABLE, *BROKEN_LINES.values()]), **typing_sql.MEDDELANDEN}
        text = str(rule.meta["meddelande"] if rule else told[kod]).format(kolumn=k.rubrik if k else "", hittat=shown)
        if antal > 1:
            text += f" Det gäller {_number(antal)} rader, först rad {', '.join(map(str, rader))}."
        return Anmarkning(
            rader[0],
            k.rubrik if k else None,
            kod,
            text,
            shown,
            rule.meta.get("forvantat") if rule else k.forvantat if k else None,
            None,
            Niva.FEL if rule is None or rule.blockerande else Niva.ANMARKNING,
            Atgard(rule.meta["atgard"]) if rule else Atgard.RAD,
        )

    def broken(self, checks: Sequence[Kontroll]) -> int:
        """How many rows were taken out for an error; those taken out with a remark only do not count."""
        remarks = ", ".join(sql.literal(c.kod) for c in checks if not c.blockerande) or "''"
        return _one(
            self.con,
            f"select count(distinct f._nr) from fynd f join borttagen using (_nr) where f.kod not in ({remarks})",
        )

    def quarantine(self, checks: Sequence[Kontroll]) -> None:
        """Table ``karantan``, and in ``inlast`` every row of it as delivered."""
        messages = {c.kod: str(c.meta["meddelande"]) for c in checks}
        messages |= dict([UNREADABLE, *BROKEN_LINES.values()]) | typing_sql.MEDDELANDEN
        con = self.con
        for table, texts in (("mall", messages), ("rubrik", {k.namn: k.rubrik for k in self.spec.kolumner})):
            con.execute(
                f"create temp table {table} as select unnest(?) as key, unnest(?) as value",
                [list(texts), list(texts.values())],
            )
        con.execute("""
            create table karantan as
            select f._nr, f.kolumn, f.hittat, f.kod,
                replace(replace(m.value, '{kolumn}', coalesce(r.value, '')), '{hittat}', coalesce(f.hittat, '')) as meddelande
            from fynd f join borttagen using (_nr) join mall m on m.key = f.kod left join rubrik r on r.key = f.kolumn""")
        con.execute(f"""
            insert into inlast
            select rowid + 1, null, {self.rad}, {", ".join(f'"{k.namn}"::varchar' for k in self.columns)}
            from sakra where _text is null and rowid + 1 in (select _nr from borttagen)""")


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u00a0")
