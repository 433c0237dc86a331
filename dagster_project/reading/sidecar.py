"""The sidecar ``<file name>.leverans.yml``: what the sender says about a file beside the file itself."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from dagster_project.reading.findings import Avvisad, avvisa

SUFFIX = ".leverans.yml"


class Sidofil(BaseModel):
    """The fields of a sidecar. All are optional; unknown fields are refused, since a misspelt field would be silently lost."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    region: str | None = None
    kodsystem: Literal["scb", "skr", "kolada"] | None = None
    kommun: str | None = None
    overenskommelse: str | None = None
    period: str | None = None
    mottagen: datetime | None = None
    avsandare: str | None = None
    ersatter: str | None = None

    @field_validator("period", mode="before")
    @classmethod
    def _period_text(cls, value: object) -> object:
        return value.isoformat() if isinstance(value, date) else value

    @field_validator("mottagen")
    @classmethod
    def _naive(cls, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=None, microsecond=0) if value else value

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last day of ``period`` (``2020``, ``2020-03`` or ``2020-03-01``), None when there is no period.

        :raises ValueError: the period is in none of these forms.
        """
        return period_span(self.period) if self.period else None


def period_span(text: str) -> tuple[date, date]:
    """``'2020'`` → first and last day of the year; ``'2020-03'`` and ``'2020-03-01'`` → of the month."""
    match = re.fullmatch(r"\s*(\d{4})(?:-?(\d{2})(?:-?01)?)?\s*", text)
    if not match:
        raise ValueError(text)
    ar, manad = int(match[1]), int(match[2] or 0)
    if not manad:
        return date(ar, 1, 1), date(ar, 12, 31)
    nasta = date(ar + manad // 12, manad % 12 + 1, 1)
    return date(ar, manad, 1), date.fromordinal(nasta.toordinal() - 1)


def path_for(file: Path) -> Path:
    return file.with_name(file.name + SUFFIX)


def read(file: Path) -> tuple[Sidofil, bytes]:
    """The sidecar beside ``file`` and its bytes; an empty one when there is none.

    :raises Avvisad: the sidecar cannot be read or says something it may not say.
    """
    path = path_for(file)
    if not path.is_file():
        return Sidofil(), b""
    content = path.read_bytes()
    return parse(content, path.name), content


def parse(content: bytes, name: str = "sidofilen") -> Sidofil:
    """A sidecar's bytes as a model.

    :raises Avvisad: not YAML, not a mapping, an unknown field, or a value of the wrong kind.
    """
    if not content.strip():
        return Sidofil()
    try:
        fields = yaml.safe_load(content.decode("utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError):
        raise Avvisad(avvisa("sidofil_olaslig", f"Sidofilen {name} går inte att läsa som YAML i UTF-8.")) from None
    if not isinstance(fields, dict):
        raise Avvisad(avvisa("sidofil_olaslig", f"Sidofilen {name} ska bestå av rader av formen 'fält: värde'."))
    try:
        side = Sidofil.model_validate(fields)
        if side.period:
            period_span(side.period)
    except ValidationError as error:
        raise Avvisad(
            *[
                avvisa(
                    "sidofil_falt",
                    _explain(e["type"], str(e["loc"][0]), name),
                    kolumn=str(e["loc"][0]),
                    hittat=str(e["input"]),
                )
                for e in error.errors()
            ]
        ) from None
    except ValueError:
        raise Avvisad(
            avvisa(
                "sidofil_falt",
                f"Sidofilen {name}: perioden går inte att tyda.",
                kolumn="period",
                hittat=str(fields["period"]),
                forvantat="år (2020) eller månad (2020-03)",
            )
        ) from None
    return side


def _explain(kind: str, field: str, name: str) -> str:
    known = ", ".join(Sidofil.model_fields)
    if kind == "extra_forbidden":
        return f"Sidofilen {name} har ett okänt fält, {field}. Kända fält är {known}."
    if field == "kodsystem":
        return f"Sidofilen {name}: kodsystem ska vara scb, skr eller kolada."
    if field == "mottagen":
        return f"Sidofilen {name}: mottagen ska vara en tidpunkt, till exempel 2020-03-31T12:00:00."
    return f"Sidofilen {name}: fältet {field} har ett otillåtet värde."
