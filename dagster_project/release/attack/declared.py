"""What is about persons, and how its cells hang together: ``seeds/published/sekretess.yml``, read and checked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from dagster_project.release import ReleaseError
from dagster_project.settings import SEEDS, read_yaml

DECLARED = SEEDS / "published" / "sekretess.yml"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Dimension(_Record):
    """What divides a measure: the code of the whole; whether its parts make it up; whether a unit's part is known to all."""

    hela: str
    tackande: bool
    av_enhet: bool = False


class Measure(_Record):
    """A measure about persons. Without ``indikator`` its tables say in a column which one it is."""

    indikator: str | None = None
    kalla: str | None = None
    tid: bool = False
    delar_av_namnaren: str = "taljare"
    utanfor: list[str] = []
    dimensioner: dict[str, Dimension] = {}


class Persons(_Record):
    """A table about persons: a row is a cell. Columns, except ``matt``, ``fasta``, ``urval`` and ``dold`` (conditions in SQL)."""

    matt: str
    serie: list[str] = []
    tid: str | None = None
    plats: list[str] = []
    delar: dict[str, str] = {}
    fasta: dict[str, str] = {}
    namnare: str | None = None
    taljare: dict[str, str] = {}
    andel: dict[str, str] = {}
    band: str | None = None
    leverans: str | None = None
    urval: str = "true"
    dold: str = "varde_status = 'c'"


class Declared(_Record):
    """The whole file. ``bredd`` is a part of the threshold. Of ``personer`` a table has one record, or one for each cell of a row."""

    bredd: float
    matt: dict[str, Measure]
    personer: dict[str, list[Persons]]
    redan_visat: list[str]
    organisationer: list[str]

    @field_validator("personer", mode="before")
    @classmethod
    def _each_a_list(cls, value: Any) -> Any:
        return {name: said if isinstance(said, list) else [said] for name, said in dict(value).items()}

    @model_validator(mode="after")
    def _refers_to_its_own_measures(self) -> Declared:
        for name, table in self.each():
            if table.matt not in self.matt:
                raise ValueError(f"{name}: {table.matt} is not among matt")
            odd = (table.delar.keys() | table.fasta.keys()) - self.matt[table.matt].dimensioner.keys()
            if odd:
                raise ValueError(f"{name}: {', '.join(sorted(odd))} is not among the dimensions of {table.matt}")
        names = [*self.personer, *self.redan_visat, *self.organisationer]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{', '.join(twice)} stands twice")
        return self

    def each(self) -> Iterator[tuple[str, Persons]]:
        """Every record about persons with the table that it is of."""
        return ((name, table) for name, tables in self.personer.items() for table in tables)


@cache
def load(path: Path = DECLARED) -> Declared:
    """The file at ``path``; a fault is one line."""
    try:
        return Declared.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        raise ReleaseError(f"{path.name}: {': '.join(map(str, first['loc']))} {first['msg']}") from error
