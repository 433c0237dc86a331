"""Whose a delivery is, and of when: what the sidecar says and what the rows say, which must be the same."""

from __future__ import annotations

from datetime import date

import duckdb

from dagster_project import sql
from dagster_project.reading import typing_sql
from dagster_project.reading.findings import Anmarkning, Avvisad, avvisa
from dagster_project.reading.formats import Format
from dagster_project.reading.sidecar import Sidofil
from dagster_project.settings import SEEDS


def declared(con: duckdb.DuckDBPyConnection, side: Sidofil, kodsystem: str | None) -> tuple[str | None, date | None]:
    """The respondent and the first day that the sidecar states.

    :raises Avvisad: a region, municipality or agreement that does not exist.
    """
    respondent = None
    if side.region:
        respondent = typing_sql.resolve_region(con, side.region, kodsystem)
        if respondent is None:
            raise _unknown(
                "region",
                "Regionen i filen med uppgifter om leveransen går inte att känna igen. Skriv regionens namn.",
                side.region,
            )
    if side.kommun:
        respondent = typing_sql.lookup(con, "kommun", side.kommun)
        if respondent is None:
            raise _unknown(
                "kommun", "Kommunen i filen med uppgifter om leveransen är inte koden för någon kommun.", side.kommun
            )
    if side.overenskommelse:
        path = sql.path(SEEDS, "agreements/overenskommelser.csv")
        known = con.execute(f"select overenskommelse from read_csv({path}, all_varchar = true)").fetchall()
        if (side.overenskommelse,) not in known:
            raise _unknown(
                "overenskommelse",
                "Överenskommelsen i filen med uppgifter om leveransen finns inte bland dem som följs upp.",
                side.overenskommelse,
                ", ".join(k for (k,) in known),
            )
    span = side.span
    return respondent, span[0] if span else None


def _unknown(falt: str, text: str, found: str, expected: str | None = None) -> Avvisad:
    return Avvisad(avvisa(f"sidofil_{falt}", text, kolumn=falt, hittat=found, forvantat=expected))


# --- the rows, in SQL -------------------------------------------------------------------------------------------------


def first_day(spec: Format, present: set[str], side: Sidofil) -> str:
    """The first day of a row's period, over typed rows; null where nothing states it."""
    period = spec.period
    if period.fast:
        return f"date '{period.fast[0]}'"
    days = [
        f"make_date({sql.identifier(name)}, 1, 1)" if spec.kolumn(name).typ == "ar" else sql.identifier(name)
        for name in (period.kolumn, period.annars)
        if name in present
    ]
    if period.annars:
        return f"date_trunc('{'month' if period.steg == 'manad' else 'year'}', coalesce({', '.join([*days, 'null::date'])}))::date"
    if (span := side.span) and period.steg == "ar":
        days.append(f"date '{span[0].replace(month=1, day=1)}'")
    elif span and (span[0].year, span[0].month) == (span[1].year, span[1].month):
        days.append(f"date '{span[0]}'")
    return f"coalesce({', '.join([*days, 'null::date'])})"


def last_day(spec: Format) -> str:
    """The last day of the period that begins with ``_period``."""
    if spec.period.fast:
        return f"date '{spec.period.fast[1]}'"
    return "last_day(_period)" if spec.period.steg == "manad" else "make_date(year(_period), 12, 31)"


def respondent(spec: Format) -> str:
    """Whose a row is, over typed rows; null for one that speaks for nobody."""
    name = sql.identifier(spec.respondent)
    if spec.period.annars:
        name = f"case when {sql.identifier(str(spec.period.kolumn))} is not null then {name} end"
    return name


def block(spec: Format) -> str:
    """The key of a row's group, over typed rows: one text, only ever compared; empty in a format whose blocks have no groups."""
    parts = [f"replace(coalesce({sql.identifier(name)}::varchar, ''), '/', '//')" for name in spec.block]
    return f"concat_ws('/', {', '.join(parts)})" if parts else "''"


# --- file and sidecar agree -------------------------------------------------------------------------------------------


def agree(con: duckdb.DuckDBPyConnection, spec: Format, side: Sidofil, respondent: str | None) -> None:
    """Hold the sound rows (``godkand``; as delivered in ``levererat``) against the sidecar.

    :raises Avvisad: a row without a period, of another period, of somebody else or of another agreement.
    """
    _has_period(con, spec, side)
    _has_begun(con, spec, side)
    if (span := side.span) and spec.period.kolumn:
        _same(
            con,
            spec,
            str(spec.period.kolumn),
            f"_period not between date '{span[0]}' and date '{span[1]}'",
            "period_motsagd",
            "Perioden i filen är en annan än den som filen med uppgifter om leveransen anger.",
            side.period,
        )
    level = "kommun" if side.kommun else "region"
    if respondent and spec.respondent.startswith(level):
        _same(
            con,
            spec,
            spec.respondent,
            f"_respondent <> {sql.literal(respondent)}",
            "respondent_motsagd",
            "Raden gäller en annan uppgiftslämnare än den som filen med uppgifter om leveransen anger.",
            side.region or side.kommun,
        )
    if side.overenskommelse and any(column.namn == "overenskommelse" for column in spec.kolumner):
        path = sql.path(SEEDS, "agreements/overenskommelser.csv")
        # One that is answered in the report on another is that other's here.
        answered_in = (
            f"(select redovisas_med from read_csv({path}, all_varchar = true) "
            f"where overenskommelse = {sql.literal(side.overenskommelse)})"
        )
        _same(
            con,
            spec,
            "overenskommelse",
            f"overenskommelse not in ({sql.literal(side.overenskommelse)}, coalesce({answered_in}, ''))",
            "overenskommelse_motsagd",
            "Raden gäller en annan överenskommelse än den som filen med uppgifter om leveransen anger.",
            side.overenskommelse,
        )


def _example(spec: Format) -> str:
    return "2020-03" if spec.period.steg == "manad" else "2020"


def _has_period(con: duckdb.DuckDBPyConnection, spec: Format, side: Sidofil) -> None:
    without = con.execute("select _blad, _rad from godkand where _period is null order by _nr").fetchall()
    if not without:
        return
    if con.execute("select count(_period) from godkand").fetchone() != (0,):
        raise Avvisad(*[_no_period(spec, b, r) for b, r in without])
    if side.span:
        raise Avvisad(
            avvisa(
                "period_grov",
                "Filen med uppgifter om leveransen anger ett år, men leveransen avser en månad.",
                kolumn="period",
                hittat=side.period,
                forvantat="en månad, till exempel 2020-03",
            )
        )
    where = "i kolumnen Period eller " if spec.period.kolumn else ""
    raise Avvisad(
        avvisa(
            "period_saknas",
            f"Perioden framgår inte. Ange den {where}i en fil med uppgifter om leveransen, med raden 'period: {_example(spec)}'.",
            kolumn="period",
            forvantat=_example(spec),
        )
    )


def _has_begun(con: duckdb.DuckDBPyConnection, spec: Format, side: Sidofil) -> None:
    """:raises Avvisad: the sidecar's period, of figures that have one each, had not begun when the delivery was received."""
    span = side.span
    if not span or not spec.period.kolumn:
        return
    [received] = con.execute("select mottagen from leverans").fetchone() or [None]
    if received and span[0] > received:
        raise Avvisad(
            avvisa(
                "period_ej_borjad",
                "Perioden i filen med uppgifter om leveransen hade inte börjat när leveransen togs emot.",
                kolumn="period",
                hittat=side.period,
                forvantat=f"senast {received:%Y-%m}",
            )
        )


def _no_period(spec: Format, blad: str | None, rad: int) -> Anmarkning:
    return avvisa(
        "period_saknas", "Raden saknar period.", blad=blad, rad=rad, kolumn="Period", forvantat=_example(spec)
    )


def _same(
    con: duckdb.DuckDBPyConnection, spec: Format, column: str, broken: str, kod: str, text: str, expected: str | None
) -> None:
    nrs = [nr for (nr,) in con.execute(f"select _nr from godkand where {broken} order by _nr limit 20").fetchall()]
    if not nrs:
        return
    names = [name for name, *_ in con.execute("describe levererat").fetchall()]
    cell = f"{sql.identifier(column)}::varchar" if column in names else "null"
    found = con.execute(
        f"select _blad, _rad, {cell} from levererat where _nr in (select unnest(?)) order by _nr", [nrs]
    ).fetchall()
    heading = spec.kolumn(column).rubrik
    raise Avvisad(
        *[avvisa(kod, text, blad=b, rad=r, kolumn=heading, hittat=value, forvantat=expected) for b, r, value in found]
    )
