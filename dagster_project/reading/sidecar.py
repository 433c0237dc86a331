"""The sidecar ``<file name>.leverans.yml``: what the sender says about a file beside the file itself.

Every value is read as text, as it is written: ``0014`` is a code and no number. Senders hear of it as :data:`KALLAS`.
"""

from __future__ import annotations

import os
import re
import unicodedata
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from dagster_project.reading import limits, personal, swedish_time
from dagster_project.reading.findings import Avvisad, avvisa
from dagster_project.reading.guard import told
from dagster_project.reading.text import clean, composed

SUFFIX = ".leverans.yml"
#: Bytes of the longest name a file may have.
LONGEST_NAME = 255
#: What senders hear the sidecar called.
KALLAS = "filen med uppgifter om leveransen"

_YES, _NO = ("true", "ja", "yes"), ("false", "nej", "no")
_BLANK = ("", "~", "null")
#: A tab between a field and its value, which YAML does not take for a blank.
_BETWEEN = re.compile(r"^([\w -]+:)[ \t]*\t[ \t]*", re.MULTILINE)
_MOMENT = re.compile(
    r"(?P<dag>\d{4}-\d{2}-\d{2})(?:[Tt ]\s*(?P<tid>\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s*(?P<zon>[Zz]|[+-]\d{1,2}(?::?\d{2})?)?)?",
    re.ASCII,
)


class Bekraftat(BaseModel):
    """A value that looks wrong and that somebody at the sender vouches for."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    kolumn: str
    varde: str
    av: str
    varfor: str


class Sidofil(BaseModel):
    """The fields of a sidecar. All are optional; unknown fields are refused, since a misspelt field would be silently lost.

    :param mottagen: as a clock in Sweden shows it.
    :param slag: of a region's report, which of those that the agreement asks for it is.
    :param pahittad: the delivery is made up, for trying out.
    :param andrahand: its values are those of the source as somebody else has given them, not checked against the source.
    :param kontakt: whom to ask about the delivery; never published.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    region: str | None = None
    kodsystem: Literal["scb", "skr", "kolada"] | None = None
    kommun: str | None = None
    overenskommelse: str | None = None
    slag: str | None = None
    period: str | None = None
    mottagen: datetime | None = None
    avsandare: str | None = None
    ersatter: str | None = None
    kontakt: str | None = None
    pahittad: bool = False
    andrahand: bool = False
    bekraftat: tuple[Bekraftat, ...] = ()

    @field_validator("period", mode="before")
    @classmethod
    def _period_text(cls, value: object) -> object:
        return value.isoformat() if isinstance(value, date) else value

    @field_validator("mottagen", mode="before")
    @classmethod
    def _swedish(cls, value: object) -> object:
        moment = _moment(value) if isinstance(value, str) else value
        return swedish_time.local(moment).replace(microsecond=0) if isinstance(moment, datetime) else moment

    @field_validator("pahittad", "andrahand", mode="before")
    @classmethod
    def _yes_or_no(cls, value: object) -> object:
        said = value.strip().lower() if isinstance(value, str) else value
        return True if said in _YES else False if said in _NO else value

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last day of ``period`` (``2020``, ``2020-03`` or ``2020-03-01``), None when there is no period.

        :raises ValueError: the period is in none of these forms.
        """
        return period_span(self.period) if self.period else None


def _moment(text: str) -> datetime:
    """A day or a time as ISO 8601 and YAML write it; a zone is kept.

    :raises ValueError: none of these, or no day of the calendar.
    """
    match = _MOMENT.fullmatch(text.strip())
    if match is None or not 1990 <= int(text.strip()[:4]) <= 2199:
        raise ValueError(text)
    hours, _, rest = (match["tid"] or "00:00").partition(":")
    zone = (match["zon"] or "").upper()
    if zone not in ("", "Z"):
        digits = zone[1:].replace(":", "")
        zone = f"{zone[0]}{digits[:-2] if len(digits) > 2 else digits:0>2}:{digits[-2:] if len(digits) > 2 else '00'}"
    return datetime.fromisoformat(f"{match['dag']}T{hours:0>2}:{rest}{zone}")


def period_span(text: str) -> tuple[date, date]:
    """``'2020'`` → first and last day of the year; ``'2020-03'`` and ``'2020-03-01'`` → of the month.

    :raises ValueError: in none of these forms.
    """
    match = re.fullmatch(r"\s*(\d{4})(?:-?(\d{2})(?:-?01)?)?\s*", text, re.ASCII)
    if not match:
        raise ValueError(text)
    ar, manad = int(match[1]), int(match[2] or 0)
    if not manad:
        return date(ar, 1, 1), date(ar, 12, 31)
    nasta = date(ar + manad // 12, manad % 12 + 1, 1)
    return date(ar, manad, 1), date.fromordinal(nasta.toordinal() - 1)


def path_for(file: Path) -> Path:
    """Where the sidecar of ``file`` lies, or would lie; ``å`` in one letter or two in either name is no difference."""
    if len(os.fsencode(file.name + SUFFIX)) > LONGEST_NAME:
        return file / SUFFIX  # no file can be called that, and none lies there
    path = file.with_name(file.name + SUFFIX)
    if path.name.isascii() or path.exists():
        return path
    wanted = unicodedata.normalize("NFC", path.name)
    try:
        beside = [p for p in file.parent.iterdir() if p.name.endswith(SUFFIX)]
    except OSError:
        return path
    return next((p for p in sorted(beside) if unicodedata.normalize("NFC", p.name) == wanted), path)


def beside(file: Path) -> bytes:
    """The bytes of the sidecar of ``file``, no more than one beyond what a sidecar may have; none where there is none, or a link."""
    path = path_for(file)
    if path.is_symlink() or not path.is_file():
        return b""
    with path.open("rb") as opened:
        return opened.read(limits.SIDECAR + 1)


@told()
def read(file: Path, nu: datetime | None = None) -> tuple[Sidofil, bytes]:
    """The sidecar beside ``file`` and its bytes; an empty one when there is none.

    :param nu: the clock in Sweden, for :func:`parse`.
    :raises Avvisad: the sidecar cannot be read or says something it may not say.
    """
    content = beside(file)
    return parse(content, path_for(file).name, nu), content


@told()
def parse(content: bytes, name: str = "", nu: datetime | None = None) -> Sidofil:
    """A sidecar's bytes as a model.

    :param nu: the clock in Sweden; a delivery received later than that is refused. None where the sidecar is only read again.
    :raises Avvisad: too large, not YAML, not a mapping, with anchors or tags, an unknown or doubled field, or a value of the wrong kind.
    """
    shown = f"Filen med uppgifter om leveransen ({clean(composed(name))[0][:120]})" if name else KALLAS.capitalize()
    if len(content) > limits.SIDECAR:
        raise _refused(f"{shown} är för stor. Den får vara högst {limits.SIDECAR // 1024} kilobyte.")
    if not content.strip():
        return Sidofil()
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        text = _BETWEEN.sub(r"\1 ", text)
        _plain(text, shown)
        fields = _value(yaml.compose(text, Loader=yaml.BaseLoader), shown)
    except UnicodeDecodeError:
        raise _refused(f"{shown} går inte att läsa. Spara den som text i UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Avvisad(
            avvisa(
                "sidofil_olaslig",
                f"{shown} går inte att läsa. Den ska bestå av rader av formen 'fält: värde'.",
                rad=mark.line + 1 if mark else None,
            ),
            orsak=f"{type(error).__name__}: {getattr(error, 'problem', None)}",
        ) from None
    if not isinstance(fields, dict):
        raise _refused(f"{shown} ska bestå av rader av formen 'fält: värde'.")
    side = _model({key: value for key, value in fields.items() if value is not None}, shown)
    if nu and side.mottagen and side.mottagen > nu:
        raise Avvisad(
            avvisa(
                "sidofil_falt",
                f"{shown}: mottagen är en tidpunkt som inte har varit. Ingen leverans tas emot i framtiden.",
                kolumn="mottagen",
                hittat=side.mottagen.isoformat(sep=" "),
                forvantat=f"senast {nu.isoformat(sep=' ', timespec='minutes')}",
            )
        )
    return side


def _refused(message: str) -> Avvisad:
    return Avvisad(avvisa("sidofil_olaslig", message))


def _plain(text: str, shown: str) -> None:
    """No anchors, aliases or tags, and no deep nesting: with them a few lines can stand for millions.

    :raises Avvisad: there are.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            row = event.start_mark.line + 1 if event.start_mark else 1
            raise _refused(
                f"{shown} har ett ankare, en hänvisning eller en etikett (&, * eller !) på rad {row}. Skriv ut värdet i stället, "
                "inom citattecken om det börjar med ett sådant tecken."
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > limits.SIDECAR_DEPTH:
            raise _refused(f"{shown} har uppgifter i för många nivåer.")


def _value(node: Any, shown: str) -> Any:
    """A node of YAML as texts in dicts and lists; blank → None.

    :raises Avvisad: a field stands twice.
    """
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in found:
                raise _refused(f"{shown} anger {personal.quoted(name, 60)} två gånger.")
            found[name] = _value(value, shown)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, shown) for item in node.value]
    if node is None or (node.style is None and node.value.lower() in _BLANK):
        return None
    return composed(clean(node.value)[0]).strip()


def _model(fields: dict[str, Any], shown: str) -> Sidofil:
    try:
        side = Sidofil.model_validate(fields)
    except ValidationError as error:
        raise Avvisad(
            *[
                avvisa(
                    "sidofil_falt",
                    _explain(e["type"], str(e["loc"][0]), shown),
                    kolumn=personal.quoted(str(e["loc"][0]), 60),
                    hittat=personal.quoted(str(e["input"]), 120),
                )
                for e in error.errors()
            ]
        ) from None
    try:
        if side.period:
            period_span(side.period)
    except ValueError:
        raise Avvisad(
            avvisa(
                "sidofil_falt",
                f"{shown}: perioden går inte att tyda.",
                kolumn="period",
                hittat=personal.quoted(str(side.period), 120),
                forvantat="år (2020) eller månad (2020-03)",
            )
        ) from None
    return side


def _explain(kind: str, field: str, shown: str) -> str:
    if kind == "extra_forbidden" and field != "bekraftat":
        return f"{shown} har ett okänt fält, {personal.quoted(field, 60)}. Kända fält är {', '.join(Sidofil.model_fields)}."
    said = {
        "kodsystem": "kodsystem ska vara scb, skr eller kolada.",
        "mottagen": "mottagen ska vara en tidpunkt, till exempel 2020-03-31T12:00:00.",
        "pahittad": "pahittad ska vara true eller false.",
        "andrahand": "andrahand ska vara true eller false.",
        "bekraftat": "bekraftat ska vara en lista där varje post har kolumn, varde, av och varfor.",
    }
    return f"{shown}: {said.get(field, f'fältet {personal.quoted(field, 60)} ska vara en text på en rad.')}"


def second_hand(text: str) -> bool:
    """What a kept sidecar says of it; nothing, where it could not be read."""
    try:
        return "andrahand" in text and parse(text.encode()).andrahand
    except Avvisad:
        return False
