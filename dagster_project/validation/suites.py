"""The rules of ``expectations/``, read into one type. Nothing is run here.

A suite is Great Expectations' own JSON. Beside the type and its arguments each expectation carries ``severity`` (``critical``
is an error, ``warning`` a remark) and ``meta``: ``kod``, ``kolumn``, ``atgard`` (what the door does), ``meddelande`` and
``forvantat`` in Swedish, for the sender. What is wrong in a suite is said when it is read, with file and ``kod``, never at a delivery.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dagster_project import giltighet
from dagster_project.reading import formats
from dagster_project.reading.findings import Atgard, Niva
from dagster_project.reading.formats import Format
from dagster_project.settings import EXPECTATIONS, read_yaml

#: The suite of the response rates, which is over a mart and not over a delivery; its columns.
SVARSFREKVENS = "svarsfrekvens"
MART = frozenset({"kalla", "period", "niva", "grupp_kod", "forvantade", "inkomna", "svarsfrekvens", "troskel"})

#: Columns that every row of a delivery has.
COMMON = frozenset({"_nr", "_blad", "_rad", "_respondent", "_block", "_period"})

Typ = Literal[
    "expect_column_values_to_be_between",
    "expect_column_values_to_not_be_null",
    "expect_column_values_to_be_unique",
    "expect_column_pair_values_a_to_be_greater_than_b",
    "expect_column_distinct_values_to_contain_set",
    "unexpected_rows_expectation",
]

#: The arguments that each type takes: those it must have, and the others.
CONDITION = {"row_condition", "condition_parser"}
ARGUMENTS: dict[str, tuple[set[str], set[str]]] = {
    "expect_column_values_to_be_between": ({"column"}, {"min_value", "max_value"} | CONDITION),
    "expect_column_values_to_not_be_null": ({"column"}, set()),
    "expect_column_values_to_be_unique": ({"column"}, set()),
    "expect_column_pair_values_a_to_be_greater_than_b": ({"column_A", "column_B", "or_equal", "ignore_row_if"}, set()),
    "expect_column_distinct_values_to_contain_set": ({"column", "value_set"}, set()),
    "unexpected_rows_expectation": ({"unexpected_rows_query"}, set()),
}

#: Types that say something of the whole table: no row can be named.
WHOLE = ("expect_column_distinct_values_to_contain_set",)


#: In a query: the columns of a format that are answers (:func:`fitted`).
ANSWERS = "{svar}"

#: What a text may name: the value, whose it is and of when.
FIELDS = ("hittat", "vem", "period")


class Utfall(StrEnum):
    """The outcomes of a rule: ``EJ_TILLAMPLIG``, the format lacks its columns; ``EJ_KORD``, a parameter of it is not set."""

    GODKAND = "godkand"
    UNDERKAND = "underkand"
    INGA_DATA = "inga_data"
    EJ_KORD = "ej_kord"
    EJ_TILLAMPLIG = "ej_tillamplig"


class Regel(BaseModel):
    """One rule: an expectation with what the door makes of it.

    :param underlag: tables (name → SQL over ``{batch}``) made just before the rule, for it and those after it.
    :param visa_som: what is found are region codes, shown by name.
    :param kalla: of a response rate, the source whose marts it holds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kod: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    typ: Typ
    villkor: dict[str, Any]
    atgard: Atgard
    severity: Literal["critical", "warning"]
    kolumn: str | None
    kolumner: tuple[str, ...] = ()
    meddelande: str = Field(min_length=1)
    forvantat: str | None = None
    visa_som: Literal["region"] | None = None
    underlag: dict[str, str] = Field(default_factory=dict)
    kalla: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needed, allowed = ARGUMENTS[self.typ]
        given = set(self.villkor)
        if missing := needed - given:
            raise ValueError(f"{self.typ} needs {', '.join(sorted(missing))}")
        if unknown := given - needed - allowed:
            raise ValueError(f"{self.typ} does not take {', '.join(sorted(unknown))}")
        if self.typ == "expect_column_pair_values_a_to_be_greater_than_b" and (
            self.villkor["or_equal"] is not True or self.villkor["ignore_row_if"] != "either_value_is_missing"
        ):
            raise ValueError("a pair is only compared with or_equal, ignoring missing values")
        names = {name for _, name, _, _ in string.Formatter().parse(self.meddelande) if name is not None}
        if unknown := names - set(FIELDS):
            raise ValueError(f"meddelande: unknown field {', '.join(sorted(unknown))}")
        if self.atgard in (Atgard.RAD, Atgard.CELL, Atgard.TVEKA) and self.typ in WHOLE:
            raise ValueError(f"{self.typ} names no rows to take out")
        if self.atgard == Atgard.CELL and self.kolumn is None:
            raise ValueError("a cell needs its kolumn")
        return self

    @property
    def fel(self) -> bool:
        """Whether it is an error; otherwise a remark."""
        return self.severity == "critical"

    @property
    def niva(self) -> Niva:
        return Niva.FEL if self.fel else Niva.ANMARKNING

    @property
    def allmant(self) -> str:
        """What it says, of no value in particular."""
        text = self.meddelande.replace("{vem}, {period}: ", "").replace(" för {vem}, {period},", "")
        said = text.format(hittat="…", vem="Uppgiftslämnaren", period="perioden")
        return said[:1].upper() + said[1:]

    @property
    def hela(self) -> bool:
        """Whether it says something of the whole table."""
        return self.typ in WHOLE

    @property
    def behover(self) -> frozenset[str]:
        """The columns it looks at."""
        named = {self.villkor.get(k) for k in ("column", "column_A", "column_B")}
        return frozenset({c for c in (*named, *self.kolumner, *(name for name, *_ in self.bara_dar)) if c})

    @property
    def parametrar(self) -> frozenset[str]:
        return frozenset(v["$PARAMETER"] for v in self.villkor.values() if isinstance(v, dict) and "$PARAMETER" in v)

    @property
    def bara_dar(self) -> tuple[tuple[str, str, object], ...]:
        """The rows it is about, as comparisons (column, operator, value) that all hold; none where it is about all."""
        condition = self.villkor.get("row_condition") or {"conditions": []}
        return tuple((c["column"]["name"], c["operator"], c["parameter"]) for c in condition["conditions"])

    def value(self, name: str, parametrar: Mapping[str, Any]) -> Any:
        """An argument, with its ``$PARAMETER`` filled in."""
        value = self.villkor.get(name)
        return parametrar[value["$PARAMETER"]] if isinstance(value, dict) and "$PARAMETER" in value else value


@dataclass(frozen=True)
class Kontroll:
    """The outcome of one rule. ``antal`` rows fail it; ``observerat`` is what was found instead, where no row can be named."""

    regel: Regel
    utfall: Utfall
    antal: int = 0
    observerat: str | None = None

    @property
    def kod(self) -> str:
        return self.regel.kod


def suite_path(name: str) -> Path:
    return EXPECTATIONS / f"{name}.json"


@cache
def rules(name: str) -> tuple[Regel, ...]:
    """The rules of a suite, in order.

    :raises ValueError: a rule is wrong; the message names the file and the rule's ``kod``.
    """
    return read(suite_path(name), () if name == SVARSFREKVENS else formats.load()[name])


def fitted(rules: tuple[Regel, ...], spec: Format) -> tuple[Regel, ...]:
    """The rules as they are put to a format: :data:`ANSWERS` in a query stands for its columns of answers (``svar: true``), all but those
    of which an earlier rule takes cells. So a question that is added or dropped is in the rule or not, and the rule is there all the same.
    """
    found: list[Regel] = []
    for regel in rules:
        query = str(regel.villkor.get("unexpected_rows_query", ""))
        if ANSWERS in query:
            blanked = {o.kolumn for o in found if o.atgard == Atgard.CELL}
            answers = [k.namn for k in spec.kolumner if k.svar and k.namn not in blanked]
            query = query.replace(ANSWERS, ", ".join(answers) or "null")
            filled = {"villkor": {**regel.villkor, "unexpected_rows_query": query}, "kolumner": tuple(answers)}
            found.append(regel.model_copy(update=filled))
        else:
            found.append(regel)
    return tuple(found)


def read(path: Path, specs: tuple[Format, ...]) -> tuple[Regel, ...]:
    """A suite file; ``specs`` are the formats of its source, none for the response rates.

    :raises ValueError: a rule is wrong; the message names the file and the rule's ``kod``.
    """
    known = MART if not specs else frozenset().union(*map(columns, specs))
    given = {p for spec in specs for p in spec.parametrar}
    found: list[Regel] = []
    for number, entry in enumerate(json.loads(path.read_text(encoding="utf-8"))["expectations"], 1):
        meta = entry.get("meta", {})
        where = f"{path.name}: {meta.get('kod', f'rule {number}')}"
        if unknown := set(entry) - {"type", "kwargs", "severity", "meta"}:
            raise ValueError(f"{where}: unknown key {', '.join(sorted(unknown))}")
        try:
            regel = Regel(typ=entry.get("type"), villkor=entry.get("kwargs"), severity=entry.get("severity"), **meta)
        except ValidationError as error:
            raise ValueError(f"{where}: {'; '.join(_said(error))}") from None
        if lacking := {*regel.behover, regel.kolumn or "_nr"} - {*known, "_nr"}:
            raise ValueError(f"{where}: no format has the column {', '.join(sorted(lacking))}")
        if specs and (unset := regel.parametrar - given):
            raise ValueError(f"{where}: no format has the parameter {', '.join(sorted(unset))}")
        if any(regel.kod == other.kod for other in found):
            raise ValueError(f"{where}: the kod is there twice")
        if blanked := {o.kolumn for o in found if o.atgard == Atgard.CELL} & regel.behover:
            raise ValueError(f"{where}: looks at {', '.join(map(str, blanked))}, of which an earlier rule takes cells")
        found.append(regel)
    return tuple(found)


def _said(error: ValidationError) -> Iterator[str]:
    for e in error.errors():
        field = ".".join(map(str, e["loc"]))
        yield f"{field}: {e['msg']}" if field else e["msg"].removeprefix("Value error, ")


def columns(spec: Format) -> frozenset[str]:
    """The columns of a format's typed rows."""
    marked = {f"{k.namn}_markering" for k in spec.kolumner if k.markering}
    return COMMON | {k.namn for k in spec.kolumner} | set(spec.konstanter) | marked


@cache
def thresholds(day: date | None = None) -> dict[str, dict[str, float]]:
    """The thresholds of ``expectations/trosklar.yml`` that hold on a day, the newest where none is meant, by source and name."""
    return {
        kalla: {name: row["varde"] for name, row in giltighet.at(_dated(values), "namn", day).items()}
        for kalla, values in stated_thresholds().items()
    }


def stated_thresholds() -> dict[str, dict[str, Any]]:
    """The thresholds as the file states them, with their days."""
    found: dict[str, dict[str, Any]] = read_yaml(EXPECTATIONS / "trosklar.yml")
    return found


def _dated(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The thresholds of a source as rows; one that has changed is a list of values with their days."""
    for name, said in values.items():
        for row in said if isinstance(said, list) else [{"varde": said}]:
            yield {"namn": name, **row}
