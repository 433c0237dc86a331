"""What the page says beside the tables: ``seeds/rapporter/sida.yml``, and of a report ``sida.yml`` in its folder."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from dagster_project.rapporter import FOLDER, Rapport
from dagster_project.release import ReleaseError
from dagster_project.release.record import Name, Record, Text
from dagster_project.settings import read_yaml

FILE = "sida.yml"


class Spread(Record):
    """A column for each value of ``kolumn`` with the measure ``matt`` in it, a row for each of ``rad``."""

    kolumn: Name
    matt: Name
    rad: list[Name]


class Section(Record):
    """A table on the page: the question that it answers, what it shows, and in which form. ``plats``: may regions be ranked by it?"""

    fraga: Text | None = None
    visar: Text | None = None
    kolumner: list[Name] = Field(default_factory=list)
    spalter: Spread | None = None
    del_av: Name | None = None
    plats: bool = True


class Number(Record):
    """A value of a sentence: ``varde`` of the row that is picked."""

    tabell: Name
    urval: dict[Name, str | int] = Field(default_factory=dict)
    varde: Name
    sist: Name | None = None
    forst: Name | None = None
    hogst: Name | None = None
    lagst: Name | None = None
    summa: Name | None = None
    rader: bool | None = None

    @model_validator(mode="after")
    def _picks_in_one_way(self) -> Number:
        ways = [
            name for name in ("sist", "forst", "hogst", "lagst", "summa", "rader") if getattr(self, name) is not None
        ]
        if len(ways) > 1:
            raise ValueError(f"{' and '.join(ways)} pick in two ways")
        return self


class Point(Record):
    """A sentence at the head of the page, in Swedish and English."""

    tal: dict[Name, Number]
    skillnad: tuple[Name, Name] | None = None
    text: Text
    engelska: Text


class Issue(Record):
    """When this edition came, where that is known, and when the next one comes."""

    publicerad: Text | None = None
    nasta: Text | None = None


class Words(Record):
    """All that the page of a report says of its own."""

    ingress: Text | None = None
    engelska: Text | None = None
    utgivning: Issue = Issue()
    metod: list[Text] = Field(default_factory=list)
    avstavning: list[Text] = Field(default_factory=list)
    avsnitt: dict[Name, Section] = Field(default_factory=dict)
    huvudpunkter: list[Point] = Field(default_factory=list)

    def section(self, table: str) -> Section:
        return self.avsnitt.get(table, Section())


def of(report: Rapport, folder: Path = FOLDER) -> Words:
    """The words of a report: what reports share, with its own before them.

    :raises ReleaseError: a file does not say what it must.
    """
    common, own = _read(folder / FILE), _read(folder / report.id / FILE) if report.id else Words()
    return Words(
        ingress=own.ingress or common.ingress,
        engelska=own.engelska or common.engelska,
        utgivning=Issue.model_validate(
            common.utgivning.model_dump(exclude_none=True) | own.utgivning.model_dump(exclude_none=True)
        ),
        metod=[*own.metod, *common.metod],
        avsnitt=common.avsnitt | own.avsnitt,
        huvudpunkter=[*own.huvudpunkter, *common.huvudpunkter],
    )


@cache
def shared() -> Words:
    """The words that all reports have."""
    return _read(FOLDER / FILE)


def _read(path: Path) -> Words:
    try:
        return Words.model_validate(read_yaml(path) if path.is_file() else {})
    except ValidationError as error:
        first = error.errors()[0]
        where = " ".join(map(str, first["loc"]))
        raise ReleaseError(f"{path.parent.name}/{path.name}: {where}: {first['msg']}") from error


#: A word so long has places where a narrow column may break it.
_LONG = 14


def soft(heading: str) -> str:
    """A heading with soft hyphens in its long words, after the parts that ``avstavning`` lists."""
    return " ".join(_soft(word) if len(word) >= _LONG else word for word in heading.split(" "))


def _soft(word: str) -> str:
    for part in _seams():
        word = re.sub(f"({part})(?=[a-zåäö]{{4}})", "\\1\N{SOFT HYPHEN}", word, flags=re.IGNORECASE)
    return word


@cache
def _seams() -> list[str]:
    return shared().avstavning
