"""What is tried: examples as tables or bytes, and cases made of them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import openpyxl
import yaml

from dagster_project.reading import formats
from dagster_project.reading.formats import Format, Kolumn
from dagster_project.reading.sheets import Blad
from dagster_project.settings import EXAMPLES

Rows = list[list[str]]
Shape = Literal["file", "link", "pipe", "folder"]

#: Rows of an example that are kept below its headings.
ROWS = 60
NUMBERS = ("antal", "heltal", "belopp", "decimal")
CODES = ("kod", "region", "kommun", "serie")


@dataclass(frozen=True)
class Patch:
    """A right reading: the example's own rows, or those with ``value`` for ``old`` in a column of a row."""

    row: int | None = None
    column: str | None = None
    old: Any = None
    value: Any = None


AS_BEFORE: tuple[Patch, ...] = (Patch(),)
MUST_BE_TOLD: tuple[Patch, ...] = ()


@dataclass(frozen=True)
class Case:
    """A delivery to try.

    :param kind: what was done, in a word or two.
    :param allowed: the right readings; with none the sender must be told.
    :param anything: no reading is known: it must only not break.
    :param mottagen: the time of receipt that the register must have, where it is known.
    :param note: the change itself, for whoever looks at a failure.
    :param number: its number among the cases of the seed.
    """

    kalla: str
    base: str
    kind: str
    name: str
    data: bytes
    side: bytes | None
    allowed: tuple[Patch, ...] = AS_BEFORE
    anything: bool = False
    shape: Shape = "file"
    mottagen: str | None = None
    note: str = ""
    number: int = 0

    @property
    def family(self) -> str:
        """What was changed: a cell, the table, the file, …"""
        return self.kind.split("-")[0]


@dataclass(frozen=True)
class Seen:
    """What the door made of a delivery.

    :param rows: raw rows: table, row in the file, and the cells by column.
    :param findings: level, code, row, column and what was found.
    :param gallande: respondent and period of the blocks it counts for.
    """

    bedomning: str
    rows: tuple[tuple[str, int, dict[str, Any]], ...]
    findings: tuple[tuple[str, str, int | None, str | None, str | None], ...]
    lasta: int = 0
    godkanda: int = 0
    mottagen: str = ""


@dataclass
class Base:
    """An example delivery.

    :param rows: its table, where it is one; ``head`` is the index of the headings, ``columns`` their place by the format's name.
    :param seen: what the door makes of it unchanged.
    """

    kalla: str
    name: str
    data: bytes
    side: str
    spec: Format
    rows: Rows = field(default_factory=list)
    head: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    seen: Seen | None = None

    @property
    def key(self) -> str:
        return f"{self.kalla}/{self.name}"

    @property
    def keys(self) -> set[str]:
        """The columns that say whose, when or what: a change there changes the whole row."""
        period = self.spec.period
        return {self.spec.respondent, *self.spec.block, *self.spec.dag, str(period.kolumn), str(period.annars)}

    def body(self) -> list[int]:
        """Indices of the rows that came through unchanged."""
        assert self.seen is not None
        whole = {row for _, row, _ in self.seen.rows}
        told = {row for _, _, row, _, _ in self.seen.findings}
        return [i for i in range(self.head + 1, len(self.rows)) if i + 1 in whole - told]

    def case(self, kind: str, data: bytes, ending: str, **how: Any) -> Case:
        return Case(self.kalla, self.key, kind, f"fil{ending}", data, self.side.encode(), **how)

    def as_good(self, name: str = "fil") -> Case:
        return replace(
            self.case("good", self.data, "".join(Path(self.name).suffixes[-2:])), name=name + suffixes(self.name)
        )

    def column(self, namn: str) -> Kolumn:
        return self.spec.kolumn(namn)

    def alike(self, at: int, namn: str) -> list[float]:
        """The values that the one of a row can be held against: the same thing of others, or of other periods; all in a table without a key.

        A value of the whole country is not held against those of the regions.
        """
        spec, rows = self.spec, [r for r in self.body() if r != at]
        if spec.nyckel:
            who = next((k.namn for k in spec.kolumner if k.typ == "region"), spec.respondent)
            national = who in self.columns and self.rows[at][self.columns[who]] == self.column(who).riket
            apart = [[spec.period.kolumn]] if national else [[who], [spec.period.kolumn]]
            rows = [r for r in rows if self._differ(at, r) in apart]
        cells = [plainly(self.column(namn).typ, self.rows[r][self.columns[namn]]) for r in rows]
        return [float(cell) for cell in cells if cell]

    def _differ(self, at: int, other: int) -> list[str]:
        """The columns of the key in which two rows differ."""
        here, there = self.rows[at], self.rows[other]
        return [n for n in self.spec.nyckel if n in self.columns and here[self.columns[n]] != there[self.columns[n]]]


def plainly(typ: str, cell: str) -> str | None:
    """A cell written plainly, with which a spelling may begin."""
    if typ in NUMBERS:
        bare = cell.removesuffix(" kr").replace(",", ".")
        return bare if re.fullmatch("0|[1-9][0-9]*" + ("([.][0-9]+)?" if typ == "decimal" else ""), bare) else None
    forms = {"datum": "[0-9]{4}-[0-9]{2}-[0-9]{2}", "ar": "[0-9]{4}", "manad": "[0-9]{4}-[0-9]{2}"}
    return cell if cell and re.fullmatch(forms.get(typ, "(?s:.*)"), cell) else None


def listed(text: str, sep: str | None = None) -> tuple[str, ...]:
    return tuple(text.split(sep))


def suffixes(name: str) -> str:
    found = re.search(r"(\.csv\.gz|\.[a-z]+)$", name)
    return found[0] if found else ""


def as_csv(rows: Sequence[Sequence[str]], sep: str = ";", ends: str = "\r\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=sep, lineterminator=ends).writerows(rows)
    return text.getvalue()


def without_control(cell: str) -> str:
    """A text as a workbook can hold it."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", cell)[:32000]


def as_xlsx(base: Base, rows: Sequence[Sequence[str]], sheet: str = "Blad1") -> openpyxl.Workbook:
    """A workbook: whole numbers of number columns as numbers, everything else as text."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    numbers = {i for namn, i in base.columns.items() if base.column(namn).typ in NUMBERS}
    for at, row in enumerate(rows, 1):
        for i, cell in enumerate(row):
            if cell == "":
                continue
            plain = i in numbers and re.fullmatch("0|[1-9][0-9]{0,14}", cell)
            target = page.cell(at, i + 1)
            target.value = int(cell) if plain else without_control(cell)
            if not plain:
                target.data_type = "s"
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


# --- the examples ---------------------------------------------------------------------------------------------------------

#: Sources without an example in the repository: a small made-up delivery in the layout of their format.
_MADE_UP: dict[str, tuple[str, str]] = {
    "barometer/svar.csv": (
        "År;Region;Svarsalternativ;Antal\n"
        + "".join(
            f"2022;{r};{o};{n}\n"
            for r, k in (("Riket", 20), ("Uppsala", 1), ("Skåne", 2))
            for o, n in zip(
                (
                    "Mycket stort",
                    "Ganska stort",
                    "Varken stort eller litet",
                    "Ganska litet",
                    "Mycket litet",
                    "Vet inte",
                ),
                (50 * k, 90 * k, 25 * k, 20 * k, 15 * k, 10 * k),
                strict=True,
            )
        ),
        "mottagen: '2023-02-01T08:00:00'\n",
    ),
    "vardenisiffror/export.csv": (
        "Titel;Register/källa;Enhetsnamn;Mätperiod;Värde;Måttenhet;Täljare;Nämnare/antal fall\n"
        "Oplanerade återinskrivningar inom 30 dagar;PAR;Riket;2018;17,0;%;170;1000\n"
        "Oplanerade återinskrivningar inom 30 dagar;PAR;Uppsala;2018;15,0;%;15;100\n"
        "Oplanerade återinskrivningar inom 30 dagar;PAR;Skåne;2018;16,5;%;33;200\n"
        "Oplanerade återinskrivningar inom 30 dagar;PAR;Gotland;2018;UNK;%;UNK;UNK\n",
        "mottagen: '2020-02-01T08:00:00'\n",
    ),
    "statistikdatabas/uttag.csv": (
        "PÅHITTAT ämne, Medianvärdet i dagar\n;2025;2025;2026\nRegion;November;December;Januari\nAlla regioner;28;30;31,5\n"
        "Uppsala;27;10,5;9\nSödermanland;1 028;N;N\nJämtland Härjedalen;N;;12\nSocialstyrelsens statistikdatabas 2026-02-24\n",
        "mottagen: '2026-02-25T08:00:00'\n",
    ),
    "sdb/svar.json": (
        json.dumps(
            {
                "data": [
                    {"mattId": 1, "regionId": r, "ar": 2020, "konId": 3, "alderId": 18, "varde": v}
                    for r, v in ((0, "31,5"), (3, "27,1"), (12, "29"), (9, "X"))
                ],
                "sida": 1,
                "per_sida": 5000,
                "nasta_sida": None,
            }
        ),
        "mottagen: '2021-02-01T08:00:00'\n",
    ),
}


def examples() -> list[Base]:
    """Every example delivery, tables cut to their first rows."""
    found = []
    for path in sorted((EXAMPLES / "landing").rglob("*")):
        if path.is_file() and path.suffix != ".yml":
            side = path.with_name(path.name + ".leverans.yml")
            found.append(_base(path.parent.name, path.name, path.read_bytes(), side.read_text(encoding="utf-8")))
    for key, (text, side_text) in _MADE_UP.items():
        kalla, name = key.split("/")
        found.append(_base(kalla, name, text.encode(), side_text))
    return found


def _base(kalla: str, name: str, data: bytes, side: str) -> Base:
    spec = formats.load()[kalla][0]
    fields = {k: str(v) for k, v in yaml.load(side, Loader=yaml.BaseLoader).items()}
    base = Base(
        kalla, name, data, "".join(f"{k}: {json.dumps(v, ensure_ascii=False)}\n" for k, v in fields.items()), spec
    )
    if suffixes(name) not in (".csv", ".csv.gz", ".xlsx") or spec.uppstallning == "pivoterad":
        return base
    for rows in _tables(name, data):
        try:
            [hit], _ = formats.recognise(kalla, [Blad(None, list(enumerate(rows, 1)))], None)
        except Exception:
            continue
        base.rows, base.head, base.columns = rows[: hit.rubrikrad + 1 + ROWS], hit.rubrikrad, dict(hit.celler)
        width = len(rows[hit.rubrikrad])
        base.rows = [row + [""] * (width - len(row)) for row in base.rows]
        base.name, base.data = f"{Path(name).name.split('.')[0]}.csv", as_csv(base.rows).encode()
        return base
    raise ValueError(f"{kalla}/{name}: no headings found")


def _tables(name: str, data: bytes) -> list[Rows]:
    if name.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return [[[_text(c) for c in row] for row in page.iter_rows(values_only=True)] for page in book.worksheets]
    text = (gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8-sig")
    sep = max(";,\t", key=text[:2000].count)
    return [list(csv.reader(io.StringIO(text), delimiter=sep))]


def _text(value: object) -> str:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
