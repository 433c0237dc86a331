"""From text cells to typed columns, in one pass of SQL that a format writes itself.

The relation ``inlast`` (``_blad``, ``_rad`` and one text column per format column, blank = null) becomes ``tolkad``: the same rows
with typed columns and ``_fel``, a list of ``{kolumn, hittat, kod}``, empty for a sound row; an answer of its own that cannot be read
(``svar`` of the column) is null there, and its row is sound without it. Rows with errors are not lost, they
stay in ``tolkad`` until the door moves them to quarantine. The same SQL types 200 rows of a workbook and 45 million contacts.
"""

from __future__ import annotations

from functools import cache

import duckdb
import pyarrow as pa

from dagster_project import sql
from dagster_project.reading import grammar, personal
from dagster_project.reading.formats import Format, Kolumn
from dagster_project.reading.names import KEY_SQL, key
from dagster_project.reading.text import DIRTY_SQL
from dagster_project.settings import SEEDS

SQL_TYPE = {
    "antal": "bigint",
    "heltal": "bigint",
    "decimal": "double",
    "belopp": "bigint",
    "datum": "date",
    "manad": "date",
    "ar": "integer",
    "text": "varchar",
    "beteckning": "varchar",
    "kod": "varchar",
    "region": "varchar",
    "kommun": "varchar",
    "serie": "varchar",
}

#: What is said when a cell is not of its type, by error code. ``{kolumn}`` and ``{hittat}`` are filled in.
MEDDELANDEN = {
    **grammar.MEDDELANDEN,
    "tom": "Cellen i kolumnen {kolumn} är tom men måste fyllas i.",
    "ej_heltal": "{hittat} i kolumnen {kolumn} är inte ett heltal.",
    "ej_decimal": "{hittat} i kolumnen {kolumn} är inte ett tal.",
    "ej_belopp": "{hittat} i kolumnen {kolumn} är inte ett belopp i hela kronor.",
    "ej_datum": "{hittat} i kolumnen {kolumn} är inte ett giltigt datum.",
    "ej_manad": "{hittat} i kolumnen {kolumn} är inte en giltig månad.",
    "ej_ar": "{hittat} i kolumnen {kolumn} är inte ett årtal.",
    "okand_kod": "{hittat} är inte ett tillåtet svar i kolumnen {kolumn}.",
    "okand_region": "{hittat} är inte namnet på någon region.",
    "regionkod_utan_kodsystem": "Regionkoden {hittat} går inte att tolka: samma kod betyder olika regioner i SCB:s, SKR:s och "
    "Koladas numrering. Skriv regionens namn, eller ange numreringen i filen med uppgifter om leveransen.",
    "fel_kodsystem": "Regionkoden {hittat} finns inte i den numrering av regionerna som används.",
    "upphord_region": "{hittat} är ett län eller landsting som har upphört. Uppgifter för det ingår inte i uppföljningen.",
    "namn_med_notmarke": "{hittat} i kolumnen {kolumn} har ett notmärke efter namnet. Skriv bara namnet.",
    "okand_kommun": "{hittat} är inte koden för någon kommun.",
    "orimlig_period": "{hittat} i kolumnen {kolumn} ligger utanför den tid som leveransen kan avse. Kontrollera årtalet.",
    "negativt": "{hittat} i kolumnen {kolumn} är negativt.",
    "okand_serie": "Måttet {hittat} i kolumnen {kolumn} finns inte i indikatorkatalogen. Kontrollera beteckningen.",
}

#: First and last day of a spelling without validity dates.
ALWAYS = ("0001-01-01", "9999-12-31")
UNDATED = f"fran = date '{ALWAYS[0]}' and till = date '{ALWAYS[1]}'"

#: Blanks around a cell, which do not count: those that Python's ``str.strip`` takes away.
AROUND = "".join(chr(i) for i in range(0x10000) if chr(i).isspace())

#: What may hang on to a name that has a note: ``Gotland1)``, ``Gotland *``.
NOTE_MARK = r"\s*(?:[(]?[0-9a-z][)]|[0-9]|[*†‡]+)$"


#: What a region was called until it became one, and how lists of code and name write it, over ``seeds/reference/regioner.csv``.
OLD_NAMES = """['Region ' || region, lan || 's landsting', 'Landstinget i ' || lan, region_officiell || ' (' || lan || 's landsting)',
    region_kod || ' ' || lan, region_kod || ' ' || region, region_kod || ' ' || region_officiell]"""


def shown(value: object) -> str | None:
    """A cell as it may be quoted to the sender: short, and without personal data."""
    if value is None:
        return None
    text = personal.mask(str(value))[0]
    return text if len(text) <= 300 else text[:299] + "…"


def load_aliases(con: duckdb.DuckDBPyConnection) -> None:
    """Make table ``alias(lista, stavning, norm, kod, fran, till)``: code lists with the days between which a spelling is valid, region
    names, the three systems of region codes, municipalities."""
    con.register("alias_in", _aliases())
    con.execute("create or replace temp table alias as from alias_in")
    con.unregister("alias_in")


@cache
def _aliases() -> pa.Table:
    """The lists put together once per process."""

    def csv(name: str) -> str:
        return f"read_csv({sql.path(SEEDS, name)}, all_varchar=true)"

    with duckdb.connect() as con:
        return con.execute(f"""
        select lista, min(stavning) as stavning, {KEY_SQL.format("stavning")} as norm, kod, fran::date as fran, till::date as till
        from (
            select lista, stavning, kod, coalesce(galler_fran, '{ALWAYS[0]}') as fran, coalesce(galler_till, '{ALWAYS[1]}') as till
            from {csv("formats/kodlistor*.csv")}
            union all select *, '{ALWAYS[0]}', '{ALWAYS[1]}'
            from (
                select 'region', alias, region_kod from {csv("reference/regionalias.csv")}
                union all select 'region', unnest([region, region_officiell, lan]), region_kod from {csv("reference/regioner.csv")}
                union all select 'region', unnest({OLD_NAMES}), region_kod from {csv("reference/regioner.csv")}
                union all select 'region', unnest(['Landstinget ' || alias, 'Landstinget i ' || alias, alias || 's län']), region_kod
                from {csv("reference/regionalias.csv")} where not regexp_matches(alias, '^Region | län$')
                union all select 'region_scb', unnest([region_kod, ltrim(region_kod, '0')]), region_kod from {csv("reference/regioner.csv")}
                union all select 'region_skr', kod_skr, region_kod from {csv("reference/regioner.csv")}
                union all select 'region_kolada', unnest([kod_kolada, ltrim(kod_kolada, '0')]), region_kod from {csv("reference/regioner.csv")}
                union all select 'bidragsmottagare', unnest([region, region_officiell]), region_kod from {csv("reference/regioner.csv")}
                union all select 'bidragsmottagare', unnest(['RSS ' || lan, 'RSS i ' || lan]), 'rss' || region_kod
                from {csv("reference/regioner.csv")}
                union all select 'bidragsmottagare', unnest(['SKR', 'SKL', 'Sveriges Kommuner och Regioner']), 'skr'
                union all select 'overenskommelse', unnest([overenskommelse, namn, split_part(namn, ' – ', 1)]), overenskommelse
                from {csv("agreements/overenskommelser.csv")}
                union all select 'kommun', kommun_kod, kommun_kod from {csv("reference/kommuner.csv")}
                union all select 'kommun', ltrim(kommun_kod, '0'), kommun_kod from {csv("reference/kommuner.csv")}
                union all select 'upphord', lan, coalesce(kod_scb, lan) from {csv("reference/upphorda_lan.csv")}
                union all select 'upphord_scb', kod_scb, kod_scb from {csv("reference/upphorda_lan.csv")}
                union all select 'upphord_kolada', kod_kolada, kod_scb from {csv("reference/upphorda_lan.csv")}
                union all select 'serie_' || kalla, matt, matt from {csv("indicators/serier.csv")}
                union all select 'tema', tema, tema from {csv("underlag/teman.csv")}
                union all select 'kommunkodram', unnest([falt, etikett]), falt from {csv("underlag/kommunkodram.csv")}
            )
        )
        group by all""").to_arrow_table()


def lookup(con: duckdb.DuckDBPyConnection, lista: str, text: str) -> str | None:
    """The code of one spelling, None when the list does not know it."""
    row = con.execute(
        f"select kod from alias where lista = ? and norm = {KEY_SQL.format('?')}", [lista, text, text, text]
    ).fetchone()
    return str(row[0]) if row else None


def resolve_region(con: duckdb.DuckDBPyConnection, text: str, kodsystem: str | None) -> str | None:
    """A region's SCB code from its name, or from its code where the code system is stated."""
    if any(c.isdigit() for c in text):
        return lookup(con, f"region_{kodsystem}", text) if kodsystem else None
    return lookup(con, "region", text)


@cache
def region_names() -> dict[str, str]:
    """The regions' names as they are printed, the last that each has had, by code."""
    path = sql.path(SEEDS, "reference/regioner.csv")
    rows = f"from read_csv({path}, all_varchar = true) group by region_kod"
    with duckdb.connect() as con:
        return dict(con.execute(f"select region_kod, max_by(region, coalesce(galler_fran, '')) {rows}").fetchall())


def _typed(
    column: Kolumn, kodsystem: str | None, day: str | None = None, decimaler: str = ""
) -> tuple[str, str, list[str]]:
    """A column's value, why it has none, and the joins both need, as SQL. The reason holds where a cell has no value.

    :param day: the day on which a code must be valid, where that is asked.
    :param decimaler: the signs that the column shows to stand before decimals.
    """
    cell = f'i."{column.namn}"'
    joins: list[str] = []

    def joined(lista: str, suffix: str = "", stripped: str = cell) -> str:
        name = f'"a_{column.namn}{suffix}"'
        valid = f" and {day} between {name}.fran and {name}.till" if day else ""
        joins.append(
            f"left join alias {name} on {name}.lista = '{lista}' and {name}.norm = {KEY_SQL.format(stripped)}{valid}"
        )
        return f"{name}.kod"

    match column.typ:
        case "antal" | "heltal" | "decimal" | "belopp" | "datum" | "manad" | "ar":
            typ: grammar.Typ = "heltal" if column.typ == "antal" else column.typ
            value, error = grammar.sql(typ, cell, column.enhet, sql.literal(decimaler))
            return value, error, joins
        case "kod":
            value, error = joined(str(column.lista)), "'okand_kod'"
        case "kommun":
            value, error = joined("kommun"), "'okand_kommun'"
        case "serie":
            value, error = joined(f"serie_{column.lista}"), "'okand_serie'"
        case "region":
            by_name = joined("region")
            gone = f"coalesce({joined('upphord', '_upphord')}, {joined(f'upphord_{kodsystem}', '_upphord_kod')})"
            noted = joined("region", "_not", f"regexp_replace({cell}, {sql.literal(NOTE_MARK)}, '')")
            is_code = f"regexp_full_match(trim({cell}), '[-+]?[0-9][0-9., ]*')"
            value, unread = by_name, "regionkod_utan_kodsystem"
            if kodsystem:
                value, unread = f"coalesce({by_name}, {joined(f'region_{kodsystem}', '_kod')})", "fel_kodsystem"
            error = (
                f"case when {gone} is not null then 'upphord_region' when {is_code} then '{unread}' "
                f"when {noted} is not null then 'namn_med_notmarke' else 'okand_region' end"
            )
            if column.riket:
                value = f"case when {KEY_SQL.format(cell)} = '{key(column.riket)}' then '00' else {value} end"
        case "text" | "beteckning":
            return cell, grammar.error_value_sql(cell), joins
    return value, f"coalesce({grammar.error_value_sql(cell)}, {error})", joins


def certain(column: Kolumn, cell: str, known: str, repeated: bool = False) -> tuple[str, str] | None:
    """A column's value and the condition under which it surely is what :func:`type_rows` would make of the cell, as SQL.

    It is so for a cell written as the value itself is written, for a code in a spelling that a list holds to the letter, and for a
    blank one where blank means nothing more. What is not certain is not wrong: :func:`type_rows` judges it. None when no cell of
    the column is certain; free text never is, it is searched for personal data.

    :param known: the enum of the spellings of the column's codes.
    :param repeated: the cells come by dictionary, as text does out of Parquet. DuckDB then runs a function once per value in the
        dictionary, but a cast once per row.
    """
    found = _certain(column, cell, known, repeated)
    if found is None or not column.tom or column.standard is not None:
        return found
    value, test = found
    return value, f"({cell} is null or {cell} = '' or {test})"


def _certain(column: Kolumn, cell: str, known: str, repeated: bool) -> tuple[str, str] | None:
    if column.summarader:
        return None
    match column.typ:
        case "datum":  # ten signs: a date before our era, or one called infinity, is written otherwise
            in_time = f"{cell} >= '1900' and {cell} < '2200'"
            if repeated:
                value = f"try_strptime({cell}, '%Y-%m-%d')"
                return f"{value}::date", f"strlen({cell}) = 10 and strftime({value}, '%Y-%m-%d') = {cell} and {in_time}"
            value = f"try_cast({cell} as date)"
            return value, f"strlen({cell}) = 10 and {value}::varchar = {cell} and {in_time}"
        case "kod" | "region" | "kommun" if repeated:
            place = f"list_position(enum_range(null::{known}), {cell})"
            return f"(enum_range(null::{known})::{known}[])[{place}]", f"{place} is not null"
        case "antal" | "heltal":
            value = f"try_cast({cell} as bigint)"
            return value, f"strlen({cell}) <= {grammar.FIGURES} and {value}::varchar = {cell}" + (
                f" and {value} >= 0" if column.fran_noll else ""
            )
        case "ar":
            return f"try_cast({cell} as integer)", f"regexp_full_match({cell}, '(19|20)[0-9]{{2}}')"
        case "kod" | "region" | "kommun":
            value = f"try_cast({cell} as {known})"
            return value, f"{value} is not null"
        case "beteckning":
            ascii_only = f"{cell} >= '!' and strlen({cell}) = length({cell}) and right({cell}, 1) >= '!'"
            trimmed = (
                f"{cell} <> '' and trim({cell}, {sql.literal(AROUND)}) = {cell} and nfc_normalize({cell}) = {cell}"
            )
            # A case and not an or: trim is slow, and an or would run it for every cell.
            sound = f"not starts_with({cell}, '#') and not regexp_matches({cell}, {sql.literal(DIRTY_SQL)})"
            return f"nullif({cell}, '')", f"case when {ascii_only} then true else {trimmed} end and {sound}"
        case _:
            return None


def spellings(con: duckdb.DuckDBPyConnection, column: Kolumn, kodsystem: str | None) -> dict[str, str]:
    """The spellings of a column's codes that are valid on any day, to the letter, in the common cases, with their code."""
    rows = con.execute(
        f"select stavning, kod from alias where lista in (select unnest(?)) and {UNDATED} order by stavning, kod",
        [_lists(column, kodsystem)],
    ).fetchall()
    names = [(text, kod) for text, kod in rows if not column.riket or key(text) != key(column.riket)]
    return {as_written(text): kod for text, kod in names for as_written in (str, str.lower, str.upper, str.capitalize)}


def codes(con: duckdb.DuckDBPyConnection, column: Kolumn, kodsystem: str | None) -> list[str]:
    """Every code that a column may come to hold."""
    rows = con.execute(
        "select distinct kod from alias where lista in (select unnest(?)) order by kod", [_lists(column, kodsystem)]
    ).fetchall()
    return [kod for (kod,) in rows] + (["00"] if column.riket else [])


def _lists(column: Kolumn, kodsystem: str | None) -> list[str]:
    return {"kod": [str(column.lista)], "kommun": ["kommun"], "region": ["region", f"region_{kodsystem}"]}[column.typ]


def type_rows(con: duckdb.DuckDBPyConnection, spec: Format, present: set[str], kodsystem: str | None) -> None:
    """Make table ``tolkad`` from ``inlast``. Columns of the format that the file lacks come out null.

    :param present: the format's columns that the file has.
    """
    read, values, checks, joins = [], [], [], []
    dated = {r[0] for r in con.execute(f"select distinct lista from alias where not ({UNDATED})").fetchall()}
    days = [_typed(spec.kolumn(namn), None)[0] for namn in spec.dag if namn in present]
    for column in spec.kolumner:
        name, cell = f'"{column.namn}"', f'i."{column.namn}"'
        kind, standard = SQL_TYPE[column.typ], "null" if column.standard is None else sql.literal(column.standard)
        if column.namn not in present:
            values.append(f"{standard}::{kind} as {name}")
            if column.markering:
                values.append(f'null::varchar as "{column.namn}_markering"')
            continue
        day = f"coalesce({', '.join(days)}, date '{spec.galler_fran}')" if column.lista in dated else None
        value, why, needed = _typed(column, kodsystem, day, _decimals(con, column))
        joins += needed
        read += [f"{value} as varde_{column.namn}", f"{why} as varfor_{column.namn}"]
        v, w, mark = f"varde_{column.namn}", f"varfor_{column.namn}", "null"
        if column.markering:
            marks = " ".join(f"when {sql.literal(m)} then {sql.literal(s)}" for m, s in column.markering.items())
            mark = f"case trim({cell}) {marks} end"
            values.append(f'{mark} as "{column.namn}_markering"')
        below = f" when {v} < 0 then null" if column.svar and column.fran_noll else ""
        values.append(f"(case when {cell} is null then {standard}{below} else {v} end)::{kind} as {name}")
        unread = f"{cell} is not null and {mark} is null and "
        unread += f"{w} is not null" if column.typ in ("text", "beteckning") else f"{v} is null"
        if not column.tom and column.standard is None:
            checks.append(_error(column.namn, f"{cell} is null", "'tom'"))
        checks.append(_error(column.namn, unread, w))
        if column.fran_noll:
            checks.append(_error(column.namn, f"{v} < 0", "'negativt'"))
    constants = [f"{sql.literal(value)} as {sql.identifier(name)}" for name, value in spec.konstanter.items()]
    con.execute(f"""
        create or replace table tolkad as
        with i as (select {", ".join(["i.*", *read])} from inlast i {" ".join(joins)})
        select i._nr, i._blad, i._rad, {", ".join(values + constants)},
            list_filter([{", ".join(checks)}]::struct(kolumn varchar, hittat varchar, kod varchar)[], f -> f is not null) as _fel
        from i
        order by i._nr""")


def sound(spec: Format) -> str:
    """Whether a row of ``tolkad`` is sound, as SQL: nothing is wrong in it but for answers of their own."""
    own = ", ".join(map(sql.literal, spec.svar))
    return f"len(list_filter(_fel, f -> f.kolumn not in ({own}))) = 0" if own else "len(_fel) = 0"


def _decimals(con: duckdb.DuckDBPyConnection, column: Kolumn) -> str:
    """The signs that a column's cells show to stand before decimals."""
    if column.typ != "decimal":
        return ""
    row = con.execute(f"select {grammar.decimals_sql(sql.identifier(column.namn))} from inlast").fetchone()
    return str(row[0]) if row else ""


def _error(namn: str, condition: str, kod: str) -> str:
    return f"case when {condition} then {{'kolumn': '{namn}', 'hittat': i.\"{namn}\", 'kod': {kod}}} end"
