"""How the sender and the analyst hear of things: by their Swedish names, never by the keys they have in here, and without personal data."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from dagster_project import giltighet
from dagster_project.reading import formats, landing, personal, sidecar
from dagster_project.reading.findings import Anmarkning
from dagster_project.reading.names import MONTHS
from dagster_project.settings import SEEDS

#: What may be a key: letters and figures with an underscore among them.
KEY = re.compile(r"(?<![\w])[a-z0-9]+(?:_[a-z0-9]+)+(?![\w])")

#: How many respondents are named one by one.
NAMED = 21

PASSED = ("godkand", "godkand_med_anmarkning")


@cache
def table(path: str) -> tuple[dict[str, str], ...]:
    """The rows of a table below ``seeds``."""
    with (SEEDS / path).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def gallande(path: str, key: str, day: date | None = None) -> dict[str, dict[str, str]]:
    """The rows of a table below ``seeds`` that are in force on a day, by key; where no day is meant the newest of every key."""
    return giltighet.in_force(table(path), key, day) if day else giltighet.at(table(path), key)


def _sources() -> dict[str, dict[str, str]]:
    return gallande("reference/kallor.csv", "kalla")


@cache
def source(kalla: str) -> str:
    """The source's name as it is printed."""
    known = _sources().get(kalla)
    return known["namn"] if known else formats.load()[kalla][0].beskrivning


@cache
def supplier(kalla: str) -> str:
    """Who delivers the source's files."""
    return _sources().get(kalla, {}).get("leverantor", "")


@cache
def collected_until(kalla: str) -> date | None:
    """The last day of the source's collection, where it has one."""
    until = _sources().get(kalla, {}).get("insamling_till")
    return date.fromisoformat(until) if until else None


@cache
def regions(day: date | None = None) -> dict[str, str]:
    """The names of the regions there are on a day, by code; where no day is meant of all, as they are called last."""
    return {code: row["region"] for code, row in gallande("reference/regioner.csv", "region_kod", day).items()}


@cache
def municipalities(day: date | None = None) -> dict[str, str]:
    """The names of the municipalities there are on a day, by code; where no day is meant of all, as they are called last."""
    return {code: row["kommun"] for code, row in gallande("reference/kommuner.csv", "kommun_kod", day).items()}


def _keys() -> dict[str, str]:
    """The names of what may have an underscore in its key: agreements, their points, sources, formats, columns."""
    return {
        **{row["overenskommelse"]: row["namn"] for row in table("agreements/overenskommelser.csv")},
        **{row["punkt"]: row["etikett"] for row in table("nulagesrapport/punkter.csv")},
        **{kalla: source(kalla) for kalla in formats.load()},
        **{f.format: f.beskrivning for all_of_it in formats.load().values() for f in all_of_it},
        **{k.namn: k.rubrik for all_of_it in formats.load().values() for f in all_of_it for k in f.kolumner},
    }


def named(text: str) -> str:
    """The text with keys replaced by what they stand for."""
    return KEY.sub(lambda found: _keys().get(found[0], found[0]), text)


@lru_cache(1 << 14)
def bare(text: str) -> str:
    """The text without personal data."""
    return personal.mask(text)[0]


@lru_cache(1 << 12)
def file_name(name: str) -> str:
    """A file's or a sheet's name as it may be shown: one line, without personal data, also where blanks are written as ``_``."""
    line = landing.shown(name)
    spaced = bare(line.replace("_", " "))
    return spaced if spaced != line.replace("_", " ") else bare(line)


def respondent(code: str) -> str:
    """Of whom a block is, in words; what follows the first blank are the other parts of the block."""
    first, _, rest = code.partition(" ")
    rss = f"RSS i {regions()[first[3:]]}" if first[:3] == "rss" and first[3:] in regions() else None
    name = {**regions(), **municipalities(), "00": "riket", "skr": "SKR"}.get(first) or rss or first
    return bare(f"{name} ({named(rest)})" if rest else name)


def organisation(kalla: str, code: str | None) -> str:
    """Who sent a delivery, as the public may hear of it: the respondent that it is of, otherwise who supplies the source. Never a person."""
    known = {**regions(), **municipalities(), "00": "riket", "skr": "SKR"}
    return known.get(code or "") or supplier(kalla) or source(kalla)


def sender(row: Mapping[str, Any]) -> str:
    """:func:`organisation` of a delivery in the register; of values at second hand it is known whose they are, and not that it sent them."""
    said = organisation(row["kalla"], row["respondent"])
    return f"{said}, i andra hand" if sidecar.second_hand(row["sidofil"]) else said


def period(first: date, last: date) -> str:
    """``mars 2020``, ``2020`` or ``2019-12-01–2020-01-27``."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{MONTHS[first.month - 1]} {first.year}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return str(first.year)
    return f"{first}–{last}"


def periods(spans: Sequence[tuple[date, date]]) -> str:
    """Several periods: each of a few, of many the first and the last."""
    each = [period(*span) for span in sorted(set(spans))]
    return listed(each) if len(each) <= 3 else f"{each[0]} till {each[-1]}"


def day(when: date) -> str:
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def listed(names: Sequence[str], most: int | None = None) -> str:
    """``a, b och c``; of more than ``most`` the first, and how many more."""
    if most is not None and len(names) > most:
        return f"{', '.join(names[:most])} och {len(names) - most} till"
    return ", ".join(names[:-1]) + f" och {names[-1]}" if len(names) > 1 else "".join(names)


def thousands(number: int) -> str:
    """A whole number with its thousands apart: ``12 345``."""
    return f"{number:,}".replace(",", "\u00a0")


def counted(number: int, one: str, many: str) -> str:
    """``1 rad``, ``1 200 rader``."""
    return f"{thousands(number)} {one if number == 1 else many}"


def rows(number: int) -> str:
    return counted(number, "rad", "rader")


def verdict(bedomning: str, karantan: int, celler: int = 0) -> str:
    """The verdict in words.

    :param karantan: how many rows do not count.
    :param celler: how many cells do not count in rows that do.
    """
    if bedomning not in PASSED:
        return {"avvisad": "Avvisad"}.get(bedomning, "Kunde inte granskas")
    lost = [rows(karantan)] * bool(karantan) + [counted(celler, "uppgift", "uppgifter")] * bool(celler)
    return f"Delvis godkänd ({listed(lost)} räknas inte)" if lost else "Godkänd"


def finding(a: Anmarkning) -> Anmarkning:
    """A finding as it may leave the agency: without personal data, whatever it quotes."""
    return Anmarkning(
        a.rad,
        a.kolumn and bare(a.kolumn),
        a.kod,
        bare(a.meddelande),
        a.hittat and bare(a.hittat),
        a.forvantat and bare(a.forvantat),
        a.blad and file_name(a.blad),
        a.niva,
        a.atgard,
    )
