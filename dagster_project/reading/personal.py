"""Personal data in free text: personal identity numbers, e-mail addresses, telephone numbers and names are found and masked.

A rule-based find, not a guarantee: a name is found when a common given name (``seeds/reference/fornamn.csv``) is followed by
capitalised words, when it ends as only surnames do, or when a word such as ``handläggare:`` introduces it.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from dagster_project.settings import SEEDS

_BLANK = r"[ \u00a0\u2007\u2009\u202f]"
_DASH = r"[-+\u00ad\u2010-\u2015\u2212\ufe63\uff0d]"
_DAY = r"(?:0[1-9]|1[0-2]){0}(?:[0-2]\d|3[01]|[6-8]\d|9[01])"

#: No part of a pattern may grow with the text: every repetition is bounded, so that a search takes time in proportion to the text.
PATTERNS = {
    "personnummer": re.compile(
        rf"(?<!\d)(?:(?:19|20)?\d{{2}}{_DAY.format('')}(?:{_BLANK}{{0,2}}{_DASH}?{_BLANK}{{0,2}}|\.)"
        rf"|(?:19|20)?\d{{2}}[-/.]{_DAY.format('[-/.]')}{_BLANK}{{0,2}}{_DASH}{_BLANK}{{0,2}})\d{{4}}(?!\d)"
    ),
    "e-post": re.compile(
        rf"[\w.+-]{{1,64}}(?:@|{_BLANK}{{0,2}}[\[({{]{_BLANK}?(?:at|snabel-?a|@){_BLANK}?[\])}}]{_BLANK}{{0,2}})"
        r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
        re.IGNORECASE,
    ),
    # Not the zeros of an amount: 25 000 000 24 000 000.
    "telefon": re.compile(
        rf"(?<![\d-])(?<!\d )(?:(?:\+|\b00)46(?:{_BLANK}|{_DASH})?(?:\(0\){_BLANK}?)?|0)[1-9]\d{{0,2}}(?:{_BLANK}?/{_BLANK}?|"
        rf"{_BLANK}?{_DASH}{_BLANK}?|{_BLANK})?(?:\d{{2,3}}(?:{_BLANK}|{_DASH})?){{2,3}}\d{{2}}(?![\d-])"
    ),
}


WORD = r"[A-ZÅÄÖÉ][a-zåäöéèüø]+(?:-[A-ZÅÄÖÉ]?[a-zåäöéèüø]+)*"
RUN = re.compile(rf"(?<![\w-]){WORD}(?:\s+{WORD})+(?![\w-])")
#: A heading of a form has no colon: ``Kontaktperson Postadress``.
INTRODUCED = re.compile(
    rf"((?i:\b(?:handläggare|kontaktperson|utredare|justerare):|\bvid protokollet:?)\s+){WORD}(?:\s+{WORD}){{1,2}}"
)
#: Endings that only surnames have, and words that no name begins with.
SURNAMES = ("sson", "ström", "qvist", "quist", "kvist", "stedt")
NO_NAME = {
    "Region",
    "Regionen",
    "Landstinget",
    "Kommun",
    "Västra",
    "Östra",
    "Norra",
    "Södra",
    "Sveriges",
    "Socialstyrelsen",
}


@cache
def _given(path: Path = SEEDS / "reference" / "fornamn.csv") -> frozenset[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset(row["fornamn"] for row in csv.DictReader(file))


def _is_given(word: str) -> bool:
    return word in _given() or all(part in _given() for part in word.split("-"))


def _hide_name(run: re.Match[str]) -> str:
    """A run of capitalised words with the names in it hidden: from a given name, or up to three words before a surname, to its end."""
    tokens = re.split(r"(\s+)", run[0])
    words = tokens[::2]
    hidden: set[int] = set()
    for i, word in enumerate(words):
        if i + 1 < len(words) and _is_given(word):
            hidden |= {i, i + 1}
        if i and word.endswith(SURNAMES):
            first = i
            while first and i - first < 2 and words[first - 1] not in NO_NAME:
                first -= 1
            hidden |= set(range(first, i + 1)) if first < i else set()
    shown = ["[namn]" if i in hidden else word for i, word in enumerate(words)]
    return re.sub(
        r"\[namn\](?:\s+\[namn\])+", "[namn]", "".join(a + b for a, b in zip(shown, [*tokens[1::2], ""], strict=True))
    )


def mask(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with personal data replaced by ``[personnummer]``, ``[e-post]``, ``[telefon]``, ``[namn]``, and the kinds found."""
    found = []
    for kind, pattern in PATTERNS.items():
        text, n = pattern.subn(f"[{kind}]", text)
        if n:
            found.append(kind)
    without = INTRODUCED.sub(r"\1[namn]", RUN.sub(_hide_name, text))
    if without != text:
        found.append("namn")
    return without, tuple(found)


def quoted(text: str, most: int) -> str:
    """The first ``most`` signs of a text as they may be quoted. Masked first: half an address is not known for one."""
    return mask(text)[0][:most]
