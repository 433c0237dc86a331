"""The dictionaries of ``seeds/nulagesrapport/``, read once: headings, document types, word lists, the agreement's points and the code frame."""

from __future__ import annotations

import csv
import difflib
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from dagster_project.reading.names import norm
from dagster_project.settings import SEEDS, read_yaml

FOLDER = SEEDS / "nulagesrapport"
#: How alike a heading must be to a known one, and how much of a known one a beginning must cover to go on reading lines.
LIKE = 0.88


@dataclass(frozen=True)
class Rubrik:
    """A known heading: its area (0 none), level, what stands below it, and the template of reports that it is of."""

    rubrik: str
    omrade: int
    niva: int
    roll: str  # titel, behallare, nulage, insatser, ekonomi
    mall: str


@dataclass(frozen=True)
class Monster:
    """A pattern that gives a code."""

    kod: str
    monster: re.Pattern[str]


@dataclass(frozen=True)
class Omrade:
    """An area of an agreement, by the words that a heading and a text name it with."""

    omrade: int
    i_rubrik: re.Pattern[str]
    i_text: re.Pattern[str]


@dataclass(frozen=True)
class Dokumenttyp:
    typ: str
    titel: re.Pattern[str]  # of a line without the dots of Swedish letters
    rader: int  # the title stands within so many lines of the page


@dataclass(frozen=True)
class Faltregel:
    """A pattern that answers a field, and the value it gives; blank for the words themselves."""

    monster: re.Pattern[str]
    varde: str


@dataclass(frozen=True)
class Falt:
    """A field of the code frame: the template of reports that it is of, its values, the rules that answer it and the words to search for."""

    falt: str
    mall: str
    typ: str
    varden: tuple[str, ...]
    regler: tuple[Faltregel, ...]
    sokord: tuple[str, ...]
    hogst: int | None  # of a number


@dataclass(frozen=True)
class Regler:
    behall_fore: frozenset[str]
    behall_led: frozenset[str]
    dokumenttyper: tuple[Dokumenttyp, ...]
    titelrader: int
    rapportslag: tuple[Monster, ...]
    ej_rapport: re.Pattern[str]
    avtalsord: tuple[re.Pattern[str], ...]
    minst_avtalsord: int
    avsandare: tuple[Monster, ...]
    brevhuvud: re.Pattern[str]
    overenskommelser: tuple[Monster, ...]
    nekad: re.Pattern[str]
    bara_plan: re.Pattern[str]
    status: tuple[Monster, ...]
    gjort: re.Pattern[str]
    ej_insats: re.Pattern[str]
    ej_resultat: re.Pattern[str]
    fortsattning: re.Pattern[str]
    bestamd: str
    ej_bestamd: re.Pattern[str]
    delning: re.Pattern[str]
    listor_med_insatser: tuple[Monster, ...]
    listor_utan_insatser: re.Pattern[str]
    kolumner: tuple[Monster, ...]
    kostnadsslag: tuple[str, ...]
    statusord: tuple[Monster, ...]
    summarad: re.Pattern[str]
    ej_pengar: re.Pattern[str]
    pengars_slag: tuple[Monster, ...]
    listor: dict[str, tuple[Monster, ...]]
    punkter: tuple[dict[str, Any], ...]
    minsta_andel_prickar: float
    version: str


#: Character recognition loses the dots: titles and agreements are known without them.
PLAIN = str.maketrans("åäöÅÄÖ", "aaoAAO")


def _patterns(entries: dict[str, str]) -> tuple[Monster, ...]:
    return tuple(Monster(str(k), re.compile(v, re.IGNORECASE)) for k, v in entries.items())


@cache
def seed(folder: str, name: str) -> tuple[dict[str, str], ...]:
    """The rows of ``seeds/<folder>/<name>.csv``, read once. Change nothing in them."""
    with (SEEDS / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _rows(name: str) -> tuple[dict[str, str], ...]:
    return seed(FOLDER.name, name)


@cache
def rules() -> Regler:
    """``seeds/nulagesrapport/regler.yml`` and ``punkter.csv``, compiled."""
    data = read_yaml(FOLDER / "regler.yml")
    return Regler(
        behall_fore=frozenset(data["bindestreck"]["behall_fore"]),
        behall_led=frozenset(data["bindestreck"]["behall_led"]),
        dokumenttyper=tuple(
            Dokumenttyp(d["typ"], re.compile(d["titel"].translate(PLAIN), re.IGNORECASE), d["rader"])
            for d in data["dokumenttyper"]
        ),
        titelrader=data["titelrader"],
        rapportslag=_patterns(data["rapportslag"]),
        ej_rapport=re.compile("|".join(data["ej_rapport"]), re.IGNORECASE),
        avtalsord=tuple(re.compile(w, re.IGNORECASE) for w in data["avtalsord"]),
        minst_avtalsord=data["minst_avtalsord"],
        avsandare=_patterns(data["avsandare"]),
        brevhuvud=re.compile(data["brevhuvud"], re.IGNORECASE),
        overenskommelser=_patterns({k: v.translate(PLAIN) for k, v in data["overenskommelser"].items()}),
        nekad=re.compile(data["nekad"], re.IGNORECASE),
        bara_plan=re.compile(data["bara_plan"], re.IGNORECASE),
        status=_patterns(data["status"]),
        gjort=re.compile(data["gjort"], re.IGNORECASE),
        ej_insats=re.compile("|".join(data["ej_insats"]), re.IGNORECASE),
        ej_resultat=re.compile("|".join(data["ej_resultat"]), re.IGNORECASE),
        fortsattning=re.compile("|".join(data["fortsattning"]), re.IGNORECASE),
        bestamd=data["bestamd"],
        ej_bestamd=re.compile(data["ej_bestamd"], re.IGNORECASE),
        listor_med_insatser=_patterns(data["listor_med_insatser"]),
        listor_utan_insatser=re.compile(data["listor_utan_insatser"], re.IGNORECASE),
        kolumner=_patterns(data["tabeller"]["kolumner"]),
        kostnadsslag=tuple(data["tabeller"]["kostnadsslag"]),
        statusord=_patterns(data["tabeller"]["statusord"]),
        summarad=re.compile(data["tabeller"]["summarad"], re.IGNORECASE),
        ej_pengar=re.compile(data["pengar"]["ej_pengar"], re.IGNORECASE),
        pengars_slag=_patterns(data["pengar"]["slag"]),
        delning=re.compile("|".join(data["delning"])),
        listor={name: _patterns(entries) for name, entries in data["ordlistor"].items()},
        punkter=tuple(
            {**p, "omrade": int(p["omrade"]), "monster": re.compile(p["monster"], re.IGNORECASE)}
            for p in _rows("punkter")
        ),
        minsta_andel_prickar=data["minsta_andel_prickar"],
        version=data["version"],
    )


@cache
def code_frame() -> tuple[Falt, ...]:
    """The code frame ``kodram.csv`` with the rules of ``faltregler.yml``; a field without one is for the analyst alone."""
    read = read_yaml(FOLDER / "faltregler.yml")
    found = []
    for r in _rows("kodram"):
        how = read.get(r["falt"], {})
        given = tuple(Faltregel(re.compile(x["monster"], re.IGNORECASE), x["varde"]) for x in how.get("regler", ()))
        values = tuple(v.strip() for v in r["varden"].split("|") if v.strip())
        found.append(
            Falt(r["falt"], r["mall"], r["typ"], values, given, tuple(how.get("sokord", ())), how.get("hogst"))
        )
    return tuple(found)


# --- own headings -----------------------------------------------------------------------------------------------------------


@cache
def template(agreement: str | None) -> str:
    """The template of the reports on an agreement; of one that has none that of the code frame's first field."""
    named = {r["overenskommelse"]: r["mall"] for r in seed("agreements", "overenskommelser")}
    return named.get(agreement or "") or code_frame()[0].mall


@cache
def answered_in(agreement: str) -> str:
    """The agreement under which a report that answers it is kept; of most itself."""
    named = {r["overenskommelse"]: r["redovisas_med"] for r in seed("agreements", "overenskommelser")}
    return named.get(agreement) or agreement


@cache
def points(agreement: str | None, year: int | None) -> tuple[dict[str, Any], ...]:
    """The points that a report on an agreement and year answers: its own, and those of agreements in force that year answered with it."""
    asked = {
        r["overenskommelse"]
        for r in seed("agreements", "overenskommelser")
        if answered_in(r["overenskommelse"]) == answered_in(agreement or "")
        and (year is None or int(r["ar_fran"]) <= year <= int(r["ar_till"]))
    }
    return tuple(point for point in rules().punkter if point["overenskommelse"] in asked)


def kind_of_title(text: str) -> str | None:
    """The kind of report that a title speaks of: the key of the obligation that it meets."""
    return next((m.kod for m in rules().rapportslag if m.monster.search(text)), None)


@cache
def _own_words() -> dict[str, Any]:
    return dict(read_yaml(FOLDER / "rubrikord.yml"))


@cache
def area_words(agreement: str | None) -> tuple[Omrade, ...]:
    """The areas of an agreement; of one that is not listed those of the last listed one of its name."""
    listed: dict[str, Any] = _own_words()["omraden"]
    name = (agreement or "").rpartition("_")[0] or (agreement or "")
    key = agreement if agreement in listed else next((k for k in reversed(listed) if k.startswith(f"{name}_")), None)
    return tuple(
        Omrade(int(omrade), re.compile(w["rubrik"], re.IGNORECASE), re.compile(w["text"], re.IGNORECASE))
        for omrade, w in (listed[key] if key else {}).items()
    )


@cache
def role_words() -> tuple[Monster, ...]:
    """What is told below a heading, by its words."""
    return _patterns(_own_words()["roller"])


@cache
def _heading_words() -> re.Pattern[str]:
    areas = (w["rubrik"] for words in _own_words()["omraden"].values() for w in words.values())
    return re.compile("|".join([*areas, *_own_words()["roller"].values()]), re.IGNORECASE)


def of_a_heading(text: str) -> bool:
    """Does the text hold words that a heading of a report names an area or a kind of content with?"""
    return _heading_words().search(text) is not None


# --- headings -------------------------------------------------------------------------------------------------------------


def _heading_key(text: str) -> str:
    """Words only, without the label "Redovisning –" that some reports put before a heading."""
    return norm(re.sub(r"^\s*(?:redovisning\s*[-–:]+|\d+(?:\.\d+)*\.?\s)\s*(?=\S)", "", text, flags=re.IGNORECASE))


@cache
def _headings() -> tuple[tuple[str, Rubrik], ...]:
    rows = _rows("rubriker")
    return tuple(
        (_heading_key(r["rubrik"]), Rubrik(r["rubrik"], int(r["omrade"]), int(r["niva"]), r["roll"], r["mall"]))
        for r in rows
    )


@cache
def areas(mall: str) -> tuple[int, ...]:
    """The areas of a template of reports."""
    return tuple(sorted({h.omrade for _, h in _headings() if h.mall == mall and h.omrade}))


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(key[:4] for key, _ in _headings())


def find_heading(text: str) -> Rubrik | None:
    """The known heading that a text is, whatever its dashes, blanks, case and a letter or two."""
    key = _heading_key(text)
    if key[:4] not in _beginnings():
        return None
    best, score = None, LIKE
    for known, heading in _headings():
        if known[:4] == key[:4] and abs(len(known) - len(key)) <= 0.15 * len(known) + 1:
            like = 1.0 if known == key else difflib.SequenceMatcher(None, known, key, autojunk=False).ratio()
            if like > score:
                best, score = heading, like
    return best


def could_begin(text: str) -> bool:
    """May more lines make the text a known heading?"""
    key = _heading_key(text)
    if not key or key == "redovisning":
        return key == "redovisning"
    return any(
        known[:4] == key[:4] and len(known) > len(key) and _like_beginning(known, key) for known, _ in _headings()
    )


def _like_beginning(known: str, key: str) -> bool:
    head = known[: len(key)]
    return head == key or difflib.SequenceMatcher(None, head, key, autojunk=False).ratio() > LIKE
