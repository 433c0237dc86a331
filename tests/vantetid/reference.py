"""The three-day measure calculated row by row in plain Python, as an independent judge of the mart.

Written from the rule (design 8), not from any SQL. It reads raw rows as text, the frame of units and the seeds that
hold the code lists, and knows nothing else of the project. Slow and plain on purpose.

The rule, step by step:

1. A row with an error is put aside with its kind and takes no part (``judge``). Kinds are those of the generator.
2. A delivery replaces each region × month it holds a visit for, or declares, whole; the newest wins (``current``).
3. Within region and month a repeated ``VardkontaktId`` counts once, with its last row.
4. Counted are contacts with guarantee, new or worsened problem, a profession licensed on the day of the visit, a form
   of contact that counts, and a visit. Patient-chosen waiting is taken out and counted by itself.
5. Met is a visit 0 to 3 calendar days after the contact. The period is the month of the visit.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

Row = Mapping[str, str | None]
Block = tuple[str, dt.date]  # region (SCB code), first day of the month

CODED = {
    "Yrkeskategori": "yrkeskategori",
    "Kon": "kon",
    "Vardgaranti": "vardgaranti",
    "Vardkontakt": "vardkontakt",
    "NyttEllerForsamrat": "nytt_eller_forsamrat",
    "Avvikelse": "avvikelse",
}
REQUIRED = ("Regionkod", "HSAIdVardenhet", "VardkontaktId", "KontaktDatum", *(c for c in CODED if c != "Avvikelse"))


class Key(NamedTuple):
    """One row of the mart."""

    period: dt.date
    niva: str
    region_kod: str
    vardenhet_id: str | None
    yrkeskategori: str
    kon: str


@dataclass
class Cell:
    inom_tre_dagar: int = 0
    bedomningar: int = 0
    patientvald_vantan: int = 0
    antal_regioner: int = 1

    @property
    def andel(self) -> float | None:
        return 100 * self.inom_tre_dagar / self.bedomningar if self.bedomningar else None

    @property
    def ki_undre(self) -> float | None:
        return wilson(self.inom_tre_dagar, self.bedomningar)[0] if self.bedomningar else None

    @property
    def ki_ovre(self) -> float | None:
        return wilson(self.inom_tre_dagar, self.bedomningar)[1] if self.bedomningar else None


@dataclass(frozen=True)
class Delivery:
    """Raw rows in file order, and what the sidecar says. A block in ``declares`` without rows is withdrawn."""

    rows: Sequence[Row]
    received: str = "2020-01-01T00:00:00"
    code_system: str = "skr"
    declares: frozenset[Block] = frozenset()


class Contact(NamedTuple):
    region: str
    unit: str
    identity: str
    profession: str
    sex: str
    guarantee: str
    new: str
    deviation: str | None
    form: str
    contact: dt.date
    visit: dt.date | None


class Error(NamedTuple):
    line: int  # header = 1
    kind: str


@dataclass(frozen=True)
class Lists:
    """The reference seeds, read as they stand."""

    regions: dict[str, dict[str, str]]
    spellings: dict[tuple[str, str], list[tuple[str, dt.date, dt.date]]]
    licensed: dict[str, tuple[dt.date, dt.date] | None]
    counted_forms: frozenset[str]

    @classmethod
    def read(cls, seeds: Path) -> Lists:
        regions = read_csv(seeds / "reference" / "regioner.csv", ",")
        spellings: dict[tuple[str, str], list[tuple[str, dt.date, dt.date]]] = defaultdict(list)
        for row in read_csv(seeds / "formats" / "kodlistor_vantetid.csv", ","):
            validity = span(row["galler_fran"], row["galler_till"])
            spellings[row["lista"], plain(row["stavning"])].append((row["kod"], *validity))
        return cls(
            regions={
                "scb": {row["region_kod"]: row["region_kod"] for row in regions},
                "skr": {row["kod_skr"]: row["region_kod"] for row in regions},
            },
            spellings=dict(spellings),
            licensed={
                row["yrkeskategori"]: span(row["legitimerad_fran"], row["legitimerad_till"])
                if row["legitimerad_fran"]
                else None
                for row in read_csv(seeds / "reference" / "yrkeskategorier.csv", ",")
            },
            counted_forms=frozenset(
                row["vardkontakt"]
                for row in read_csv(seeds / "reference" / "kontaktformer.csv", ",")
                if row["raknas"] == "true"
            ),
        )

    def code(self, which: str, text: str, day: dt.date) -> str | None:
        for code, first, last in self.spellings.get((which, plain(text)), []):
            if first <= day <= last:
                return code
        return None

    def is_licensed(self, profession: str, day: dt.date) -> bool:
        validity = self.licensed[profession]
        return validity is not None and validity[0] <= day <= validity[1]


@dataclass(frozen=True)
class Frame:
    """The frame of units: per unit its region (SCB code) and the first and last day it is valid there."""

    units: dict[str, list[tuple[str, dt.date, dt.date]]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, str]], lists: Lists, code_system: str = "skr") -> Frame:
        units: dict[str, list[tuple[str, dt.date, dt.date]]] = defaultdict(list)
        for row in rows:
            region = lists.regions[code_system][row["Regionkod"]]
            units[row["HSAIdVardenhet"]].append((region, *span(row["GiltigFran"], row["GiltigTill"])))
        return cls(dict(units))

    def region(self, unit: str, day: dt.date) -> str | None:
        return next((region for region, first, last in self.units.get(unit, []) if first <= day <= last), None)


def read_csv(path: Path, delimiter: str = ";") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


@cache
def plain(text: str) -> str:
    """Case, blanks, punctuation and diacritics do not count."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).lower() if c.isascii() and c.isalnum())


def span(first: str, last: str) -> tuple[dt.date, dt.date]:
    return (
        dt.date.fromisoformat(first) if first else dt.date.min,
        dt.date.fromisoformat(last) if last else dt.date.max,
    )


@cache
def parse_date(text: str) -> dt.date | str:
    """The calendar day of a date or timestamp, or the kind of error."""
    shape = re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?", text.strip())
    if shape is None:
        return "text_in_date"
    try:
        day = dt.date(int(shape[1]), int(shape[2]), int(shape[3]))
    except ValueError:
        return "impossible_date"
    return day if day >= dt.date(2010, 1, 1) else "impossible_date"


def judge(row: Row, frame: Frame, lists: Lists, code_system: str) -> Contact | str:
    """The contact a row tells of, or the kind of its error."""
    value = {column: (text or "").strip() for column, text in row.items()}
    if any(not value[column] for column in REQUIRED):
        return "missing_required"
    contact = parse_date(value["KontaktDatum"])
    visit = parse_date(value["BesokDatum"]) if value["BesokDatum"] else None
    if isinstance(contact, str):
        return contact
    if isinstance(visit, str):
        return visit
    if visit is not None and visit < contact:
        return "visit_before_contact"
    day = visit or contact
    codes = {column: lists.code(which, value[column], day) for column, which in CODED.items()}
    if any(code is None and value[column] for column, code in codes.items()):
        return "unknown_code"
    region = lists.regions[code_system].get(value["Regionkod"])
    home = frame.region(value["HSAIdVardenhet"], day)
    if home is None:
        return "unknown_unit"
    if region != home:
        return "wrong_region_code"
    return Contact(
        region=home,
        unit=value["HSAIdVardenhet"],
        identity=value["VardkontaktId"],
        profession=str(codes["Yrkeskategori"]),
        sex=str(codes["Kon"]),
        guarantee=str(codes["Vardgaranti"]),
        new=str(codes["NyttEllerForsamrat"]),
        deviation=codes["Avvikelse"],
        form=str(codes["Vardkontakt"]),
        contact=contact,
        visit=visit,
    )


def judge_delivery(delivery: Delivery, frame: Frame, lists: Lists) -> tuple[list[Contact], list[Error]]:
    """The whole rows of a delivery in order, and the errors of the others."""
    contacts: list[Contact] = []
    errors: list[Error] = []
    for line, row in enumerate(delivery.rows, start=2):
        verdict = judge(row, frame, lists, delivery.code_system)
        if isinstance(verdict, str):
            errors.append(Error(line, verdict))
        else:
            contacts.append(verdict)
    return contacts, errors


def current(deliveries: Iterable[Delivery], frame: Frame, lists: Lists) -> dict[Block, dict[str, Contact]]:
    """Per region and month the contacts with a visit that count as reported, by ``VardkontaktId``."""
    blocks: dict[Block, dict[str, Contact]] = {}
    for delivery in sorted(deliveries, key=lambda delivery: delivery.received):
        delivered: dict[Block, dict[str, Contact]] = {block: {} for block in delivery.declares}
        for contact in judge_delivery(delivery, frame, lists)[0]:
            if contact.visit is not None:
                block = (contact.region, contact.visit.replace(day=1))
                delivered.setdefault(block, {})[contact.identity] = contact
        blocks |= delivered
    return blocks


def cells(deliveries: Iterable[Delivery], frame: Frame, lists: Lists) -> dict[Key, Cell]:
    """Every cell of ``mart.medicinsk_bedomning_tre_dagar``, before suppression."""
    result: dict[Key, Cell] = defaultdict(Cell)
    reporting: dict[dt.date, set[str]] = defaultdict(set)
    for (region, month), contacts in current(deliveries, frame, lists).items():
        if contacts:
            reporting[month].add(region)
        for contact in contacts.values():
            assert contact.visit is not None
            counted = (
                contact.guarantee == "ja"
                and contact.new == "ja"
                and lists.is_licensed(contact.profession, contact.visit)
                and contact.form in lists.counted_forms
            )
            if not counted:
                continue
            for niva, region_kod, unit in (
                ("riket", "00", None),
                ("region", region, None),
                ("vardenhet", region, contact.unit),
            ):
                for profession in ("alla", contact.profession):
                    for sex in ("T", contact.sex) if contact.sex in ("K", "M") else ("T",):
                        cell = result[Key(month, niva, region_kod, unit, profession, sex)]
                        if contact.deviation == "1":
                            cell.patientvald_vantan += 1
                        else:
                            cell.bedomningar += 1
                            cell.inom_tre_dagar += (contact.visit - contact.contact).days <= 3
    for key, cell in result.items():
        if key.niva == "riket":
            cell.antal_regioner = len(reporting[key.period])
    return dict(result)


def wilson(met: int, of: int) -> tuple[float, float]:
    """Wilson's 95 percent interval for a share, in percent."""
    z = 1.959963984540054
    share = met / of
    centre = share + z * z / (2 * of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    return 100 * max(0.0, (centre - half) / scale), 100 * min(1.0, (centre + half) / scale)
