"""Personal data in free text: personal identity numbers, e-mail addresses, telephone numbers and names are found and masked.

A rule-based find, not a guarantee: a name is found when a common Swedish given name (``seeds/reference/fornamn.csv``) is followed
by a capitalised word, or when a title such as ``handläggare`` introduces it.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from dagster_project.settings import SEEDS

PATTERNS = {
    "personnummer": re.compile(
        r"(?<!\d)(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[6-8]\d|9[01])[-+ ]?\d{4}(?!\d)"
    ),
    "e-post": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "telefon": re.compile(r"(?<![\d-])(?:\+46[ -]?|0)\d{1,3}[ -/]?(?:\d{2,3}[ -]?){2,3}\d{2}(?![\d-])"),
}


@cache
def _names(path: Path = SEEDS / "reference" / "fornamn.csv") -> re.Pattern[str]:
    with path.open(encoding="utf-8", newline="") as file:
        given = sorted((row["fornamn"] for row in csv.DictReader(file)), key=len, reverse=True)
    one = "|".join(map(re.escape, given))
    return re.compile(rf"\b(?:{one})(?:[- ](?:{one}))*\s+[A-ZÅÄÖÉ][a-zåäöé]+(?:-[A-ZÅÄÖÉ][a-zåäöé]+)?\b")


def mask(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with personal data replaced by ``[personnummer]``, ``[e-post]``, ``[telefon]``, ``[namn]``, and the kinds found."""
    found = []
    for kind, pattern in (*PATTERNS.items(), ("namn", _names())):
        text, n = pattern.subn(f"[{kind}]", text)
        if n:
            found.append(kind)
    return text, tuple(found)
