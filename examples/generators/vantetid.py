"""Visibly fake national extracts of primary-care contacts, and the frame of units that should report them.

Every figure here is invented: unit names start with ``PÅHITTAD``, HSA-ids lie in the series ``SE9999999999-E…``, and
contact ids start with ``FEJK``. Only the shape is real: units of skewed size, quiet weekends and holidays, long waits.

Contacts are made by DuckDB from counters and hashes, one statement per file, so that the same seed gives the same rows
whatever the number of threads, and a national year takes minutes. The frame depends on the seed and the number of units
alone: a month generated later fits the months generated before.

Dirty rows are dealt out by a permutation of the counters, not drawn, so their numbers are exact. Only rows with an odd
counter within unit and month can be dirty: the row before each of them is whole, and lends a duplicate its id.
"""

from __future__ import annotations

import argparse
import calendar
import csv
import json
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple

import duckdb
import yaml

from dagster_project.settings import SEEDS

Format = Literal["csv", "csv.gz", "parquet"]
Layout = Literal["month", "region_month", "all"]

SENDER = "Syntetiska uppgifter, inga verkliga personer eller vårdenheter"

CONTACT_COLUMNS = (
    "Regionkod",
    "HSAIdVardenhet",
    "VardkontaktId",
    "Yrkeskategori",
    "Kon",
    "FodelseAr",
    "Lkf",
    "Vardgaranti",
    "NyttEllerForsamrat",
    "Avvikelse",
    "Vardkontakt",
    "KontaktDatum",
    "BesokDatum",
)
UNIT_COLUMNS = ("HSAIdVardenhet", "Namn", "Regionkod", "Agarform", "GiltigFran", "GiltigTill")

#: Kinds of dirty row. A row has at most one of them.
DIRTY_KINDS = (
    "visit_before_contact",
    "unknown_unit",
    "unknown_code",
    "impossible_date",
    "wrong_region_code",
    "duplicate_id",
    "text_in_date",
    "missing_required",
)


#: Size of the regions (SCB code) in thousands of inhabitants, roughly: only a weight.
REGION_SIZES = {
    "01": 2390,
    "03": 390,
    "04": 300,
    "05": 470,
    "06": 365,
    "07": 200,
    "08": 245,
    "09": 60,
    "10": 160,
    "12": 1390,
    "13": 335,
    "14": 1735,
    "17": 285,
    "18": 305,
    "19": 275,
    "20": 285,
    "21": 285,
    "22": 245,
    "23": 130,
    "24": 275,
    "25": 250,
}

#: Weights by code of the specification.
PROFESSIONS = {
    "XS915": 400,
    "XS919": 300,
    "XS918": 100,
    "XS917": 35,
    "XS913": 35,
    "XS910": 30,
    "XS921": 30,
    "XS925": 20,
    "XS912": 10,
    "XS922": 10,
    "XS924": 8,
    "XS923": 8,
    "XS920": 6,
    "XS914": 4,
    "XS911": 2,
    "XS926": 1,
    "XS916": 1,
}
CONTACT_FORMS = {
    "0": 560,
    "8": 230,
    "81": 50,
    "82": 35,
    "83": 15,
    "4": 40,
    "1": 25,
    "2": 20,
    "6": 8,
    "5": 6,
    "3": 4,
    "7": 3,
    "91": 4,
}
AGES = {**dict.fromkeys(range(0, 20), 9), **dict.fromkeys(range(20, 65), 11), **dict.fromkeys(range(65, 100), 14)}
MONTH_LOAD = (105, 100, 106, 97, 98, 92, 70, 90, 104, 108, 105, 88)
WEEKDAY_LOAD = (118, 108, 104, 102, 92, 14, 11)
HOLIDAY_LOAD = 9

#: Each region keeps to one way of spelling; all are listed by the specification.
SPELLING_YES = ("ja", "1", "JA", "J", "true")
SPELLING_NO = ("nej", "2", "NEJ", "N", "false")
SPELLING_SEX = (("K", "2", "kvinna", "k", "KVINNA"), ("M", "1", "man", "m", "MAN"), ("O", "3", "okänt", "o", "OKÄNT"))
#: Weights by place in SPELLING_SEX.
SEXES = {1: 555, 2: 435, 3: 10}

_MAX_PER_UNIT_MONTH = 10_000_000
_SLOTS = 1024


class Region(NamedTuple):
    scb: str
    skr: str
    name: str


@cache
def regions() -> tuple[Region, ...]:
    """The regions of the reference seed, in the order of SCB's codes."""
    with (SEEDS / "reference" / "regioner.csv").open(encoding="utf-8", newline="") as file:
        rows = [Region(row["region_kod"], row["kod_skr"], row["region"]) for row in csv.DictReader(file)]
    return tuple(sorted(rows))


@dataclass(frozen=True)
class Unit:
    """One row of the frame. A unit that moves region has two rows."""

    number: int
    region: Region
    ownership: str
    valid_from: date
    valid_to: date | None
    weight: int
    name: str

    @property
    def hsa_id(self) -> str:
        return f"SE9999999999-E{self.number:06d}"

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Extract:
    """What to generate. ``regions`` are SCB codes; ``code_system`` is the one written in the files."""

    contacts: int
    months: Sequence[date]
    regions: Sequence[str] = tuple(REGION_SIZES)
    units: int = 1150
    seed: int = 1
    code_system: Literal["skr", "scb"] = "skr"
    silent: float = 0.02
    """Share of unit-months in which a unit of the frame reports nothing."""
    no_visit: float = 0.005
    """Share of contacts whose visit has not taken place (blank ``BesokDatum``): legal, but not assessments."""
    dirty: Mapping[str, float] = field(default_factory=dict)
    """Share of all contacts per kind in :data:`DIRTY_KINDS`."""

    def __post_init__(self) -> None:
        if unknown := set(self.dirty) - set(DIRTY_KINDS):
            raise ValueError(f"unknown kinds of dirty row: {', '.join(sorted(unknown))}")
        if self.units < len(REGION_SIZES):
            raise ValueError(f"at least {len(REGION_SIZES)} units are needed, one for each region")
        if unknown := set(self.regions) - set(REGION_SIZES):
            raise ValueError(f"unknown region codes (SCB): {', '.join(sorted(unknown))}")

    @cached_property
    def frame(self) -> list[Unit]:
        """The national frame, the same for every extract with this seed and number of units.

        Some units open, close or move to the neighbouring region; the first unit of each region stays.
        """
        frame: list[Unit] = []
        extra = _allot(self.units - len(regions()), [REGION_SIZES[region.scb] for region in regions()])
        places = [(home, place) for home, more in zip(regions(), extra, strict=True) for place in range(1 + more)]
        for number, (home, place) in enumerate(places, start=1):
            rng = random.Random(f"{self.seed}/unit/{number}")
            ownership = "1" if rng.random() < 0.57 else "2"
            opened, closed = date(2010, 1, 1), None
            if place and rng.random() < 0.05:
                opened = date(2015 + rng.randrange(10), 1 + rng.randrange(12), 1)
            if place and rng.random() < 0.05:
                closed = _month_end(date(max(2019, opened.year + 1) + rng.randrange(8), 1 + rng.randrange(12), 1))
            weight = round(1000 * math.exp(rng.gauss(0, 0.7)))
            name = f"PÅHITTAD vårdcentral {number}, {home.name}"
            move = date(2020, 2 + rng.randrange(11), 1)
            moves = place and number % 50 == 7 and opened < move and (closed is None or closed > move)
            if moves:
                neighbour = regions()[(regions().index(home) + 1) % len(regions())]
                frame.append(Unit(number, home, ownership, opened, move - timedelta(days=1), weight, name))
                frame.append(Unit(number, neighbour, ownership, move, closed, weight, name))
            else:
                frame.append(Unit(number, home, ownership, opened, closed, weight, name))
        return frame

    def region_code(self, region: Region) -> str:
        return region.skr if self.code_system == "skr" else region.scb


@dataclass(frozen=True)
class Generated:
    """What was written. ``dirty`` and ``no_visit`` are exact; ``silent`` lists (HSA-id, ``YYYY-MM``)."""

    files: list[Path]
    contacts: int
    dirty: dict[str, int]
    no_visit: int
    silent: list[tuple[str, str]]


class _UnitMonth(NamedTuple):
    month: date
    unit: Unit
    contacts: int
    first_slot: int


def months_between(first: str, last: str) -> list[date]:
    """The first days of the months ``YYYY-MM`` from ``first`` to ``last``, both included."""
    start, end = (datetime.strptime(text, "%Y-%m").date() for text in (first, last))
    numbers = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def holidays(year: int) -> set[date]:
    """Swedish public holidays of a year, with the eves that are days off."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    easter = date(year, month, day + 1)
    midsummer = next(d for d in (date(year, 6, 20 + i) for i in range(7)) if d.weekday() == 5)
    all_saints = next(d for d in (date(year, 10, 31) + timedelta(days=i) for i in range(7)) if d.weekday() == 5)
    fixed = {date(year, *md) for md in ((1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31))}
    movable = {easter + timedelta(days=offset) for offset in (-2, 0, 1, 39, 49)}
    return fixed | movable | {midsummer, midsummer - timedelta(days=1), all_saints}


def write_frame(extract: Extract, path: Path) -> Path:
    """Write the frame of units as a delivery of the source ``enhetsregister``, with its sidecar."""
    lines = [";".join(UNIT_COLUMNS)]
    for unit in extract.frame:
        valid_to = unit.valid_to.isoformat() if unit.valid_to else ""
        row = (
            unit.hsa_id,
            unit.name,
            extract.region_code(unit.region),
            unit.ownership,
            unit.valid_from.isoformat(),
            valid_to,
        )
        lines.append(";".join(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_sidecar(extract, path, min(extract.months))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def generate(
    extract: Extract, out: Path, *, file_format: Format = "csv", layout: Layout = "month", threads: int = 2
) -> Generated:
    """Write the contacts of ``extract`` below ``out``: one file per month, per region and month, or one for all."""
    unit_months, silent = _unit_months(extract)
    counts = {"no_visit": round(extract.no_visit * extract.contacts)}
    counts |= {kind: round(extract.dirty.get(kind, 0) * extract.contacts) for kind in DIRTY_KINDS}
    slots = sum(row.contacts // 2 for row in unit_months)
    if sum(counts.values()) > slots:
        raise ValueError(f"{sum(counts.values())} special rows wanted, at most {slots} of {extract.contacts} can be")

    files: dict[str, dict[date, list[_UnitMonth]]] = {}
    for row in unit_months:
        name = {
            "month": f"{row.month:%Y-%m}",
            "region_month": f"{row.month:%Y-%m}_{row.unit.region.scb}",
            "all": f"{min(extract.months):%Y-%m}_{max(extract.months):%Y-%m}",
        }[layout]
        files.setdefault(name, {}).setdefault(row.month, []).append(row)

    out.mkdir(parents=True, exist_ok=True)
    options = {
        "csv": "format csv, delimiter ';', header",
        "csv.gz": "format csv, delimiter ';', header, compression gzip",
        "parquet": "format parquet, compression zstd",
    }[file_format]

    def write(name: str) -> Path:
        path = out / f"pahittad_vantetid_{name}.{file_format}"
        parts = [_contacts_sql(extract, month, rows, counts, slots) for month, rows in files[name].items()]
        target = path.with_name(path.name + ".part")
        with duckdb.connect(config={"threads": 1}) as connection:
            query = " union all ".join(f"({part})" for part in parts)
            connection.execute(f"copy ({query}) to {_text(str(target))} ({options})")
        _write_sidecar(extract, path, _next_month(max(files[name])) + timedelta(days=19))
        target.replace(path)
        return path

    with ThreadPoolExecutor(max_workers=threads) as pool:
        paths = list(pool.map(write, files))
    return Generated(paths, extract.contacts, {kind: counts[kind] for kind in DIRTY_KINDS}, counts["no_visit"], silent)


def _unit_months(extract: Extract) -> tuple[list[_UnitMonth], list[tuple[str, str]]]:
    """How many contacts each unit reports each month, in the order of the files, and who is silent."""
    reporting: list[tuple[date, Unit, int]] = []
    silent: list[tuple[str, str]] = []
    for month in sorted(extract.months):
        for unit in sorted(extract.frame, key=lambda unit: (unit.region.scb, unit.number)):
            if unit.region.scb not in extract.regions or not unit.valid_on(month):
                continue
            rng = random.Random(f"{extract.seed}/{unit.number}/{month}")
            if rng.random() < extract.silent:
                silent.append((unit.hsa_id, f"{month:%Y-%m}"))
            else:
                load = unit.weight * MONTH_LOAD[month.month - 1] * (90 + rng.randrange(21)) // 100
                reporting.append((month, unit, load))
    if not reporting:
        raise ValueError("no unit of the frame reports in these months and regions")
    numbers = _allot(extract.contacts, [load for _, _, load in reporting])
    if max(numbers) >= _MAX_PER_UNIT_MONTH:
        raise ValueError("too many contacts for so few units and months")
    rows: list[_UnitMonth] = []
    first_slot = 0
    for (month, unit, _), number in zip(reporting, numbers, strict=True):
        if number:
            rows.append(_UnitMonth(month, unit, number, first_slot))
            first_slot += number // 2
    return rows, silent


def _contacts_sql(
    extract: Extract, month: date, rows: Iterable[_UnitMonth], counts: Mapping[str, int], slots: int
) -> str:
    """The statement that makes the contacts of one month, in file order."""
    other_system = {region: region.scb if extract.code_system == "skr" else region.skr for region in regions()}
    values = ", ".join(
        f"({row.unit.number}, {_text(row.unit.hsa_id)}, {_text(extract.region_code(row.unit.region))},"
        f" {_text(other_system[row.unit.region])}, {_text(row.unit.region.scb)}, {row.contacts}, {row.first_slot},"
        f" {_level(extract, row.unit)}, {1 + int(row.unit.region.scb) % len(SPELLING_YES)})"
        for row in rows
    )
    stride, shift = _permutation(slots, extract.seed)
    kinds, bound = [], 0
    for kind, count in counts.items():
        bound += count
        kinds.append(f"when slot < {bound} then '{kind}'")

    off = holidays(month.year)
    days = [date(month.year, month.month, 1 + i) for i in range(calendar.monthrange(month.year, month.month)[1])]
    day_weights = {i: HOLIDAY_LOAD if day in off else WEEKDAY_LOAD[day.weekday()] for i, day in enumerate(days)}
    impossible = [f"{month.year}-02-30", f"{month:%Y-%m}-32", f"{month.year}-13-01", f"{month:%Y-%m}-00", "1899-12-30"]
    no_text = ["igår", "uppgift saknas", "se journal", "måndag"]

    def bits(word: str, start: int, size: int) -> str:
        return f"(({word} >> {start}) & {(1 << size) - 1})::int"

    def pick(slots: Sequence[object], word: str, start: int) -> str:
        return f"{_list(slots)}[{bits(word, start, 10)} + 1]"

    def spelled(condition: str, start: int) -> str:
        """A yes or no in the region's spelling; ``condition`` sees a number ``u`` of 0 to 1023."""
        chosen = condition.replace("u", bits("h2", start, 10))
        return f"case when {chosen} then {_list(SPELLING_YES)}[stil] else {_list(SPELLING_NO)}[stil] end"

    def broken(kind: str, index: int, of: int, value: str, clean: str) -> str:
        """``value`` in the rows of a kind whose turn it is (several columns share a kind), otherwise ``clean``."""
        return f"case when sort = '{kind}' and slot % {of} = {index} then {value} else {clean} end"

    spelled_sexes = f"[{', '.join(_list(spellings) for spellings in SPELLING_SEX)}]"
    coded = {
        "Yrkeskategori": ("yrke", "'XS999'"),
        "Kon": ("kon", "'7'"),
        "Vardgaranti": ("garanti", "'kanske'"),
        "NyttEllerForsamrat": ("nytt", "'9'"),
        "Avvikelse": ("avvikelse", "'8'"),
        "Vardkontakt": ("form", "'55'"),
    }
    required = (
        "HSAIdVardenhet",
        "VardkontaktId",
        "Yrkeskategori",
        "Vardgaranti",
        "NyttEllerForsamrat",
        "Vardkontakt",
        "KontaktDatum",
    )
    columns = {
        "Regionkod": "if(sort = 'wrong_region_code', annan_kod, region)",
        "HSAIdVardenhet": "if(sort = 'unknown_unit', 'SE9999999999-X' || (100000 + slot % 900000), hsa)",
        "VardkontaktId": "'FEJK' || (id - if(sort = 'duplicate_id', 1, 0))",
        "FodelseAr": f"({month.year} - alder)::varchar",
        "Lkf": "lkf",
        "KontaktDatum": "(besok - vantan::int)::varchar",
        "BesokDatum": "if(sort = 'no_visit', null, besok::varchar)",
    }
    for index, (column, (clean, wrong)) in enumerate(coded.items()):
        columns[column] = broken("unknown_code", index, len(coded), wrong, clean)
    for index, column in enumerate(("BesokDatum", "KontaktDatum")):
        for kind, texts in (("impossible_date", impossible), ("text_in_date", no_text)):
            value = f"{_list(texts)}[slot // 2 % {len(texts)} + 1]"
            columns[column] = broken(kind, index, 2, value, columns[column])
    for index, column in enumerate(required):
        columns[column] = broken("missing_required", index, len(required), "null", columns[column])
    selected = ", ".join(f"{columns[column]} as {column}" for column in CONTACT_COLUMNS)

    return f"""
with enhetsmanad(nummer, hsa, region, annan_kod, lan, antal, forsta, niva, stil) as (values {values}),
rad as (select *, unnest(range(antal)) as k from enhetsmanad),
numrerad as (
    select
        *,
        ({month:%Y%m}00000::bigint + nummer) * {_MAX_PER_UNIT_MONTH} + k as id,
        case when k % 2 = 1 then ((forsta + k // 2) * {stride} + {shift}) % {max(slots, 1)} end as slot,
    from rad
),
slumpad as (
    select
        *,
        hash(id, {2 * extract.seed}) as h1,
        hash(id, {2 * extract.seed + 1}) as h2,
        case {" ".join(kinds)} end as sort,
    from numrerad
),
tagen as (
    select
        *,
        date '{month}' + {pick(_slots(day_weights), "h1", 0)} as besok,
        {pick(_slots(PROFESSIONS), "h1", 10)} as yrke,
        {pick(_slots(CONTACT_FORMS), "h1", 20)} as form,
        {bits("h1", 30, 10)} as tur,
        {bits("h1", 40, 10)} as del,
        {bits("h1", 50, 10)} as svans,
        {spelled_sexes}[{pick(_slots(SEXES), "h2", 0)}][stil] as kon,
        {pick(_slots(AGES), "h2", 10)} as alder,
        {spelled("u < 560", 20)} as garanti,
        {spelled("u < 620", 30)} as nytt,
        {bits("h2", 40, 10)} as u_avvikelse,
        case
            when {bits("h2", 50, 10)} < 8 then '0000'
            when {bits("h2", 50, 10)} < 40 then '0180'
            else lan || '80'
        end as lkf,
    from slumpad
),
vantad as (
    select
        *,
        case
            when sort = 'visit_before_contact' then -1 - slot % 9
            when sort = 'no_visit' then 0
            when tur >= niva + case yrke when 'XS915' then -30 when 'XS919' then 30 else 0 end
                then least(4 + floor(-7 * ln((svans + 1) / 1025.0)), 120)::int
            when del < 600 then 0
            when del < 800 then 1
            when del < 920 then 2
            else 3
        end as vantan,
    from tagen
),
klar as (
    select
        *,
        case when u_avvikelse < if(vantan > 3, 130, 12) then '1' when u_avvikelse = 1023 then '2' end as avvikelse,
    from vantad
)
select {selected} from klar"""


def _level(extract: Extract, unit: Unit) -> int:
    """Of 1024 contacts, how many meet the limit: a level of the region, and around it the unit's own."""
    region = random.Random(f"{extract.seed}/region/{unit.region.scb}").randrange(740, 950)
    return region + random.Random(f"{extract.seed}/level/{unit.number}").randrange(-60, 61)


def _allot(total: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers in proportion to the weights that sum to ``total`` exactly."""
    whole, before, seen, shares = sum(weights), 0, 0, []
    for weight in weights:
        seen += weight
        until = total * seen // whole
        shares.append(until - before)
        before = until
    return shares


def _slots(weights: Mapping[Any, int]) -> list[Any]:
    """A table of values to look a hash up in, each value as often as its weight says."""
    shares = _allot(_SLOTS, list(weights.values()))
    return [value for value, share in zip(weights, shares, strict=True) for _ in range(share)]


def _permutation(size: int, seed: int) -> tuple[int, int]:
    """Stride and shift of an affine permutation of ``range(size)``."""
    stride = max(1, round(size * 0.6180339887))
    while math.gcd(stride, size) != 1:
        stride += 1
    return stride, seed % max(size, 1)


def _month_end(day: date) -> date:
    return _next_month(day) - timedelta(days=1)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _list(values: Iterable[object]) -> str:
    return "[" + ", ".join(_text(value) if isinstance(value, str) else str(value) for value in values) + "]"


def _write_sidecar(extract: Extract, path: Path, received: date) -> None:
    content = {
        "kodsystem": extract.code_system,
        "mottagen": f"{received}T06:00:00",
        "avsandare": SENDER,
        "pahittad": True,
    }
    sidecar = path.with_name(path.name + ".leverans.yml")
    sidecar.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8")


def _dirty_rates(arguments: Sequence[str]) -> dict[str, float]:
    """``KIND=RATE`` for one kind, ``all=RATE`` for a rate shared evenly by all kinds."""
    rates: dict[str, float] = {}
    for argument in arguments:
        kind, _, rate = argument.partition("=")
        if kind == "all":
            rates |= dict.fromkeys(DIRTY_KINDS, float(rate) / len(DIRTY_KINDS))
        else:
            rates[kind] = float(rate)
    return rates


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m examples.generators.vantetid", description=__doc__)
    parser.add_argument("--contacts", type=int, required=True, metavar="N")
    parser.add_argument("--months", required=True, metavar="YYYY-MM:YYYY-MM", help="first and last month")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="gets vantetid_primarvard/ and enhetsregister/"
    )
    parser.add_argument("--regions", nargs="+", default=list(REGION_SIZES), metavar="SCB")
    parser.add_argument("--units", type=int, default=1150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=("csv", "csv.gz", "parquet"), default="csv")
    parser.add_argument("--layout", choices=("month", "region_month", "all"), default="month")
    parser.add_argument("--code-system", choices=("skr", "scb"), default="skr")
    parser.add_argument("--silent", type=float, default=0.02, help="share of unit-months without a report")
    parser.add_argument("--no-visit", type=float, default=0.005, help="share of contacts without a visit date")
    parser.add_argument("--dirty", nargs="+", default=[], metavar="KIND=RATE", help=f"all, {', '.join(DIRTY_KINDS)}")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    first, _, last = options.months.partition(":")
    try:
        extract = Extract(
            contacts=options.contacts,
            months=months_between(first, last or first),
            regions=options.regions,
            units=options.units,
            seed=options.seed,
            code_system=options.code_system,
            silent=options.silent,
            no_visit=options.no_visit,
            dirty=_dirty_rates(options.dirty),
        )
        generated = generate(
            extract,
            options.out / "vantetid_primarvard",
            file_format=options.format,
            layout=options.layout,
            threads=options.threads,
        )
    except ValueError as error:
        parser.error(str(error))
    write_frame(extract, options.out / "enhetsregister" / "pahittad_enhetsregister.csv")
    summary = {
        "files": [str(path) for path in generated.files],
        "contacts": generated.contacts,
        "dirty": generated.dirty,
        "no_visit": generated.no_visit,
        "silent_unit_months": len(generated.silent),
    }
    print(json.dumps(summary, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
