"""The catalogue of a report's tables and figures: its own, ``seeds/rapporter/<report>/tabeller.yml``, and of those that reports share,
``seeds/rapporter/gemensamt.yml``, the ones that it prints.

The field names are those of the files. They hold words only: what stands in a table is a dbt model. :func:`load` returns the *edition*
of one reporting year, by the chapters of its report, with the year filled in and the notes numbered. A figure draws a published table:
its values, source, notes and reservations are the table's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, TypeVar

from pydantic import Field, StringConstraints, ValidationError, model_validator

from dagster_project import rapporter
from dagster_project.release import ReleaseError, chapters
from dagster_project.release.drawings import Figure
from dagster_project.release.record import Name, Record, Text, fill

#: What a worksheet may be called.
SheetName = Annotated[str, StringConstraints(pattern=r"^[^\[\]:*?/\\']{1,31}$")]


class _OfTable(Protocol):
    @property
    def spec(self) -> Table: ...


#: For whom a table is: all readers, or those who work with the report.
Krets = Literal["publik", "intern"]

TableLike = TypeVar("TableLike", bound=_OfTable)


class Note(Record):
    """A numbered note at a column, at the rows with the given key values, or at the title."""

    text: Text
    kolumn: Name | None = None
    rad: dict[Name, str | int] | None = None


class Column(Record):
    """A column of a printed table. ``indikator``: the measure of ``referens.indikatorer`` that its numbers are values of; in a table with a
    row for each measure the column ``indikator_id`` says it."""

    kolumn: Name
    indikator: Name | None = None
    rubrik: Text | None = None
    enhet: Text | None = None
    decimaler: int | None = Field(default=None, ge=0, le=6)
    etiketter: dict[str, Text] | None = None
    visa: Literal["manad", "not"] | None = None
    tomt: Name = "x"

    @property
    def heading(self) -> str:
        return f"{self.rubrik} ({self.enhet})" if self.enhet else str(self.rubrik)


class CellForm(Record):
    """How print brings the measures of one label together in one cell: ``{antal} ({andel})``."""

    form: Text
    enhet: Text


class Pivot(Record):
    kolumn: Name
    matt: list[Name] = Field(min_length=1)
    tryck: CellForm | None = None

    @model_validator(mode="after")
    def _prints_its_own_measures(self) -> Pivot:
        if self.tryck:
            fill(self.tryck.form, dict.fromkeys(self.matt, ""))
        return self


class Naming(Record):
    """How a printed table, or a mart (``meta: {utpekar: …}``), names those who are late or missing: by which columns, and in which rows
    (one of the columns ``nar`` has one of the values, and each of ``bland`` has)."""

    kod: Name
    namn: Name | None = None
    nar: dict[Name, list[str]]
    bland: dict[Name, list[str]] = Field(default_factory=dict)


class Table(Record):
    """A printed table. ``modell``: the model that it prints, where that is not the one of its id (:func:`models`). ``i_dokumentet``:
    where not, the document of all tables only says where it is found."""

    id: Name
    modell: Name | None = None
    kapitel: Name
    krets: Krets
    nummer: Text | None = None
    blad: SheetName
    titel: Text
    undertitel: Text
    kalla: Text
    kallor: list[Name] = Field(default_factory=list)
    nyckel: list[Name] = Field(min_length=1)
    kolumner: list[Column] = Field(min_length=1)
    pivot: Pivot | None = None
    avrundning: Name | None = None
    noter: list[Note] = Field(default_factory=list)
    utpekar: Naming | None = None
    i_dokumentet: bool = True

    @model_validator(mode="before")
    @classmethod
    def _sheet_is_named_by_the_number(cls, data: Any) -> Any:
        return {"blad": data["nummer"], **data} if isinstance(data, dict) and "nummer" in data else data

    @model_validator(mode="after")
    def _refers_to_its_own_columns(self) -> Table:
        names = [column.kolumn for column in self.kolumner]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"kolumner has {', '.join(repeated)} twice")
        referred = {("nyckel", name) for name in self.nyckel}
        referred |= {("noter", note.kolumn) for note in self.noter if note.kolumn}
        referred |= {("noter", name) for note in self.noter for name in note.rad or ()}
        if self.utpekar:
            referred |= {
                ("utpekar", name)
                for name in (self.utpekar.kod, self.utpekar.namn, *self.utpekar.nar, *self.utpekar.bland)
                if name
            }
        if self.pivot:
            referred |= {("pivot", name) for name in (self.pivot.kolumn, *self.pivot.matt)}
        for field, name in sorted(referred):
            if name not in names:
                raise ValueError(f"{field} names {name}, which is not among kolumner")
        if self.pivot and (self.pivot.kolumn not in self.nyckel or not self.column(self.pivot.kolumn).etiketter):
            raise ValueError(f"pivot column {self.pivot.kolumn} must be part of nyckel and have etiketter")
        return self

    def column(self, name: str) -> Column:
        return next(column for column in self.kolumner if column.kolumn == name)

    @property
    def heading(self) -> str:
        return numbered(self.nummer, self.titel)

    @property
    def row_key(self) -> list[str]:
        """The columns that tell the printed rows apart."""
        return [name for name in self.nyckel if self.pivot is None or name != self.pivot.kolumn]


class Catalogue(Record):
    """The edition of one year. ``kapitel``: the chapters' titles by their ids, in order."""

    markeringar: dict[Name, Text]
    avrundningsregler: dict[Name, Text]
    kapitel: dict[Name, Text]
    tabeller: list[Table]
    figurer: list[Figure] = Field(default_factory=list)

    @model_validator(mode="after")
    def _refers_to_its_own_rules(self) -> Catalogue:
        for table in self.tabeller:
            if table.kapitel not in self.kapitel:
                raise ValueError(f"{table.id}: kapitel {table.kapitel} is not among kapitel")
            if table.avrundning and table.avrundning not in self.avrundningsregler:
                raise ValueError(f"{table.id}: avrundning {table.avrundning} is not among avrundningsregler")
            for column in table.kolumner:
                if column.tomt not in self.markeringar:
                    raise ValueError(f"{table.id}: {column.kolumn}: tomt {column.tomt} is not among markeringar")
        for field in ("id", "blad"):
            _unique("tables", field, [getattr(table, field) for table in self.tabeller])
        return self

    @model_validator(mode="after")
    def _draws_its_own_tables(self) -> Catalogue:
        tables = {table.id: table for table in self.tabeller}
        _unique("figures", "id", [figure.id for figure in self.figurer])
        for figure in self.figurer:
            if figure.tabell not in tables:
                raise ValueError(f"{figure.id}: tabell {figure.tabell} is not among tabeller")
            columns = {column.kolumn for column in tables[figure.tabell].kolumner}
            if tables[figure.tabell].krets != "publik":
                raise ValueError(f"{figure.id}: tabell {figure.tabell} is intern, and figures are published")
            if odd := sorted(figure.columns - columns):
                raise ValueError(f"{figure.id}: {', '.join(odd)} is not among the kolumner of {figure.tabell}")
        return self

    @cached_property
    def noter(self) -> list[str]:
        """The texts of all notes, each once, in the order they are met: note 1 is the first."""
        return list(dict.fromkeys(note.text for table in self.tabeller for note in table.noter))

    def note_number(self, note: Note) -> int:
        return self.noter.index(note.text) + 1

    def part(self, krets: Krets) -> Catalogue:
        """The tables for one circle of readers, with the figures of these; its notes are numbered by themselves."""
        own = {table.id for table in self.tabeller if table.krets == krets}
        return self.having(
            tabeller=[table for table in self.tabeller if table.id in own],
            figurer=[figure for figure in self.figurer if figure.tabell in own],
        )

    def having(self, **changes: Any) -> Catalogue:
        """The edition with other records. Its notes are numbered anew: a copy would keep the numbers that are known."""
        made = self.model_copy(update=changes)
        made.__dict__.pop("noter", None)
        return made

    def by_chapter(self, tables: Sequence[TableLike]) -> list[tuple[str, list[TableLike]]]:
        """Published tables with the title of their chapter; a chapter without tables is left out."""
        return [
            (title, found)
            for chapter, title in self.kapitel.items()
            if (found := [table for table in tables if table.spec.kapitel == chapter])
        ]


def models(edition: Catalogue, known: Mapping[str, str]) -> dict[str, str]:
    """The dbt model of each table, by the table's id.

    :param known: the models that the report may print, by the names of their tables (:meth:`Graph.printable`).
    :raises ReleaseError: a table has none.
    """
    if lacking := sorted(t.id for t in edition.tabeller if (t.modell or t.id) not in known):
        raise ReleaseError(f"{', '.join(lacking)}: no model in dbt/models/tabeller prints it")
    return {table.id: known[table.modell or table.id] for table in edition.tabeller}


def numbered(nummer: str | None, titel: str) -> str:
    return f"{nummer}. {titel}" if nummer else titel


def _unique(what: str, field: str, values: list[str]) -> None:
    values = [value.lower() for value in values]
    if repeated := sorted({value for value in values if values.count(value) > 1}):
        raise ValueError(f"two {what} have the {field} {', '.join(repeated)}")


def load(ar: int, folder: Path | None = None) -> Catalogue:
    """The edition of ``ar`` out of the reports in ``folder``; a fault is one line naming the table and the field."""
    report = rapporter.of(ar, folder)
    found = chapters.records(report, folder or rapporter.FOLDER)
    try:
        return _filled(Catalogue.model_validate(found.data), {"ar": ar, "rapportdatum": report.rapportdatum})
    except ValidationError as error:
        first = error.errors()[0]
        raise ReleaseError(f"{found.file}: {_where(found.data, first['loc'])}{first['msg']}") from error


def _filled(edition: Catalogue, facts: Mapping[str, Any]) -> Catalogue:
    """The edition with the year and the day of the report in its texts."""
    tables = {
        table.id: table.model_copy(
            update={"titel": table.titel.format(**facts), "undertitel": table.undertitel.format(**facts)}
        )
        for table in edition.tabeller
    }
    figures = [
        figure.model_copy(
            update={
                "titel": (figure.titel or tables[figure.tabell].titel).format(**facts),
                "undertitel": (figure.undertitel or tables[figure.tabell].undertitel).format(**facts),
            }
        )
        for figure in edition.figurer
    ]
    return edition.model_copy(update={"tabeller": list(tables.values()), "figurer": figures})


def _where(data: Any, loc: tuple[int | str, ...]) -> str:
    """The place of a fault: tables by their id, columns by their name."""
    steps = []
    for step in loc:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            data = None
        named = (data.get("id") or data.get("kolumn")) if isinstance(data, dict) else None
        steps.append(str(named if isinstance(step, int) and named else step))
    return "".join(f"{step}: " for step in steps)
