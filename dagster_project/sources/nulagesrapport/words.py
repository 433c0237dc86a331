"""What words of a sentence tell: status, whether it is denied, years, codes of the word lists, and amounts of money."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dagster_project.reading import amounts
from dagster_project.reading.amounts import Belopp
from dagster_project.sources.nulagesrapport.rules import rules

YEAR = r"(?:19|20)\d\d"
SHARE = re.compile(
    r"(?<![\d-])(\d{1,3}(?:,\d+)?)(?: ?[-–] ?(\d{1,3}(?:,\d+)?)| (?:till|och) (\d{1,3}(?:,\d+)?))? ?(?:procent(?!enhet)|%)"
)
#: ``27 av 30``: a share of thirty, and not thirty of anything.
COUNT = re.compile(r"(?<![\d,–-])(\d{1,4}) av (?:de |länets |totalt )?(\d{1,4})(?![\d,])")
#: Where a clause ends.
CLAUSE = re.compile(r"[;:,]\s|\s(?:men|medan|däremot)\s| – ")
#: Where what is said of a thing ends: a subordinate clause, or another thing.
PART = re.compile(rf"{CLAUSE.pattern}|\s(?:att|som|där|när|eftersom|då|om|och|samt|för att)\s")
SINCE = re.compile(rf"\b(?:sedan|från(?: och med)?|fr ?\.?o\.? ?m\.?)\b[^.]{{0,20}}?({YEAR})", re.IGNORECASE)
UNTIL = re.compile(
    rf"\b(?:till och med|t ?\.?o\.? ?m\.?|senast|fram till|före utgången av|klar\w*|avsluta\w*|upphör\w*|löper (?:till|ut))\b[^.]{{0,20}}?({YEAR})",
    re.IGNORECASE,
)


def clause(text: str, first: int, last: int, ends: re.Pattern[str] = CLAUSE) -> str:
    """The clause, or clauses, of a sentence that hold ``text[first:last]``."""
    start = max((m.end() for m in ends.finditer(text, 0, first)), default=0)
    end = next((m.start() for m in ends.finditer(text, last)), len(text))
    return text[start:end]


def word_of_status(cells: Iterable[str]) -> str:
    """The status that the first cell with a word of it gives; ``nej`` for none."""
    return next((m.kod for cell in cells if len(cell) < 40 for m in rules().statusord if m.monster.search(cell)), "")


def status(text: str) -> str:
    """How far a measure has come by a sentence about it; blank where it tells of none, or only of what is not done."""
    for m in rules().status:
        if any(not rules().nekad.search(clause(text, hit.start(), hit.end())) for hit in m.monster.finditer(text)):
            return m.kod
    done = any(not rules().nekad.search(clause(text, hit.start(), hit.end())) for hit in rules().gjort.finditer(text))
    return "genomford" if done else ""


def first(name: str, text: str) -> str:
    """The first code of a word list whose words a text holds."""
    return next((m.kod for m in rules().listor[name] if m.monster.search(text)), "")


def codes(name: str, text: str) -> str:
    """Every code of a word list whose words a text holds."""
    return ";".join(m.kod for m in rules().listor[name] if m.monster.search(text))


def printed(name: str, text: str) -> str:
    """The words themselves; words of scope are never made into a share."""
    return next((hit[0] for m in rules().listor[name] if (hit := m.monster.search(text))), "")


def years(text: str, stage: str = "") -> tuple[int | None, int | None]:
    """First and last year that a sentence names. A single year is where it starts, unless the words say that it ends then or it is over."""
    if match := SINCE.search(text):
        return int(match[1]), None
    if match := UNTIL.search(text):
        return None, int(match[1])
    found = [int(y) for y in re.findall(rf"(?<![\d/-])({YEAR})(?!\d)|(?<=[/-])({YEAR})(?!\d)", text) for y in y if y]
    if len(set(found)) == 1 and stage != "genomford":
        return found[0], None
    return (min(found), max(found)) if found else (None, None)


def money(text: str) -> list[tuple[int, int, Belopp]]:
    """The amounts of money in a text, each with its place; what is counted in millions and is no money left out."""
    found, at = [], 0
    for amount in amounts.find(text):
        start = text.index(amount.text, at)
        at = start + len(amount.text)
        if not rules().ej_pengar.search(text[at:]):
            found.append((start, at, amount))
    return found


def kronor(text: str) -> int | None:
    """The kronor of a text that names one amount; of several, which one is meant is the analyst's to say."""
    found = money(text)
    return found[0][2].kronor if len(found) == 1 else None


def cost_status(text: str) -> str:
    """What a text says of a cost; blank where it says nothing."""
    return "belopp" if money(text) else first("kostnad", text)


def result_status(text: str) -> str:
    """Whether a text tells of a result in figures, in words, or not; a goal is none, whatever share it names."""
    if rules().ej_resultat.search(text):
        return "ej_angivet"
    if SHARE.search(text) or COUNT.search(text):
        return "kvantifierat"
    return "kvalitativt" if first("resultat", text) else "ej_angivet"


def share(text: str) -> str:
    """The first share of a text: ``84–90`` for a range or a change, a count of units as percent."""
    return next(shares(text), "")


def printed_share(text: str) -> str:
    """The first share of a text as it is printed."""
    hits = [m for m in (SHARE.search(text), COUNT.search(text)) if m]
    return min(hits, key=lambda m: m.start())[0] if hits else ""


def spelled(match: re.Match[str]) -> str:
    return f"{match[1]}–{match[2] or match[3]}" if match[2] or match[3] else match[1]


def percent(match: re.Match[str]) -> str:
    """A count of units as a whole percent; blank where it is none."""
    part, whole = int(match[1]), int(match[2])
    return str(round(100 * part / whole)) if whole > 0 and part <= whole else ""


def shares(text: str) -> Iterator[str]:
    """Every share of a text, in order."""
    hits = [(m.start(), spelled(m)) for m in SHARE.finditer(text)]
    hits += [(m.start(), value) for m in COUNT.finditer(text) if (value := percent(m))]
    yield from (value for _, value in sorted(hits))
