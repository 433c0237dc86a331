"""The records of the figures: which table one draws, as what, and how it is described."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from dagster_project.release.record import Name, Record, Text, fill


class Facts(NamedTuple):
    """What an alternative text may say about a measure. Of values over time: about the last period."""

    varden: str
    hogst: str
    lagst: str
    antal: str
    forst: str
    sist: str
    brott: str


class _Figure(Record):
    """A published table as a picture, with a title of its own or the table's.

    ``urval`` says which rows are drawn, ``utan`` which are not. ``etikett`` is the column that tells bars, lines, panels or areas apart; ``benamning`` the one that names them in the alternative
    text, where that is another.
    """

    id: Name
    nummer: Text | None = None
    titel: Text | None = None
    undertitel: Text | None = None
    tabell: Name
    urval: dict[Name, str | int] = Field(default_factory=dict)
    utan: dict[Name, str | int] = Field(default_factory=dict)
    etikett: Name
    benamning: Name | None = None
    varden: list[Name] = Field(min_length=1, max_length=1)
    skala: tuple[float, float] | None = None
    alttext: Text

    @model_validator(mode="after")
    def _describes_its_own_measures(self) -> _Figure:
        self.alternative({name: Facts(*[""] * len(Facts._fields)) for name in self.varden})
        return self

    @property
    def columns(self) -> set[str]:
        """The columns of the table that the figure reads."""
        return {self.etikett, *self.varden, *self.urval, *self.utan, *({self.benamning} if self.benamning else ())}

    def alternative(self, facts: Mapping[str, Facts]) -> str:
        """The alternative text, with the facts of each measure filled in."""
        return " ".join(fill(self.alttext, facts).split())


class Bars(_Figure):
    """Horizontal bars, a panel per measure; ``bas`` is the column with the number of respondents behind a bar. The largest comes first,
    unless the table's own order is to stand (``ordning: tabell``): a time, or an order that print has."""

    typ: Literal["stapel"]
    varden: list[Name] = Field(min_length=1)
    bas: Name | None = None
    ordning: Literal["varde", "tabell"] = "varde"

    @property
    def columns(self) -> set[str]:
        return super().columns | ({self.bas} if self.bas else set())


class Stack(_Figure):
    """Bars of shares of a whole: a bar per label, a part per value of the column ``del``. What has most of the first part comes first."""

    typ: Literal["staplad"]
    del_: Name = Field(alias="del")
    bas: Name | None = None

    @property
    def columns(self) -> set[str]:
        return super().columns | {self.del_, *({self.bas} if self.bas else ())}


class Limit(Record):
    """A level to compare with: the last value of a column of another table, and what the reader is told that it is."""

    tabell: Name
    kolumn: Name
    text: Text


class Points(_Figure):
    """A dot per label, the largest first: its last value over ``tid`` with its interval, the first as an open circle where ``forst`` is
    said, the value of ``referens`` as a line through all, and a level."""

    typ: Literal["punkter"]
    tid: Name | None = None
    forst: bool = False
    intervall: tuple[Name, Name] | None = None
    referens: Text | None = None
    grans: Limit | None = None

    @property
    def columns(self) -> set[str]:
        return super().columns | {name for name in (self.tid, *(self.intervall or ())) if name}


class Series(_Figure):
    """Lines over time with their intervals: all in one picture, or a panel per label with ``referens`` in each."""

    typ: Literal["tidsserie", "smabilder"]
    tid: Name
    intervall: tuple[Name, Name]
    referens: Text | None = None

    @property
    def columns(self) -> set[str]:
        return super().columns | {self.tid, *self.intervall}


class Map(_Figure):
    """The regions of Sweden; ``kod`` is the column with their codes."""

    typ: Literal["karta"]
    kod: Name

    @property
    def columns(self) -> set[str]:
        return super().columns | {self.kod}


Figure = Annotated[Bars | Stack | Points | Series | Map, Field(discriminator="typ")]
