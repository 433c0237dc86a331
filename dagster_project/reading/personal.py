"""Personal data in free text: personal identity numbers, e-mail addresses, telephone numbers and names are found and masked.

A rule-based find, not a guarantee: a name is found when a common given name (``seeds/reference/fornamn.csv``) is followed by
capitalised words, when it ends as only surnames do, or when a word such as ``handläggare:`` introduces it.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path

from dagster_project.settings import SEEDS

#: Blanks, and signs that are not seen.
_BLANK = r"[ _\u00a0\u1680\u180e\u2000-\u200d\u202f\u205f\u2060\u3000]"
_DASH = r"[-+~/\u00ad\u00af\u02d7\u058a\u2010-\u2015\u2043\u2053\u207b\u208b\u2212\u2500\u2796\u301c\u30fc\ufe58\ufe63\uff0d\uff70]"
_APART = rf"{_BLANK}{{0,3}}"
_DAY = r"(?:0[1-9]|1[0-2]){0}(?:[0-2]\d|3[01]|[6-8]\d|9[01])"
#: The last four of a personal identity number: no one's begin with 000, and after a day they are not the year of the next day.
_LAST = r"(?:(?!000)\d{4}|[xX*]{4})(?!\d)(?![-/.]\d\d(?!\d))"
_AT = (
    rf"(?:{_APART}[@\uff20\ufe6b]{_APART}"
    rf"|{_APART}[\[({{<]{_BLANK}?(?:at|a|snabel{_BLANK}?-?{_BLANK}?a|[@\uff20\ufe6b]){_BLANK}?[\])}}>]{_APART}"
    rf"|{_BLANK}(?:at|snabel{_BLANK}?-?{_BLANK}?a){_BLANK})"
)
_DOT = rf"(?:\.|{_APART}[\[({{<]{_BLANK}?(?:dot|punkt|\.){_BLANK}?[\])}}>]{_APART}|{_BLANK}(?:dot|punkt){_BLANK})"
_GAP = rf"(?:{_BLANK}|{_DASH}|\.){{0,3}}"
#: Hours written with full stops, which an area code could begin: 08.00-17.00.
_NO_TIME = rf"(?!0\d\.\d\d{_BLANK}?{_DASH}{_BLANK}?\d\d\.\d\d)"

#: A search takes time in proportion to the text: every repetition is bounded, or begins where its signs do.
PATTERNS = {
    "personnummer": re.compile(
        rf"(?<!\d)(?:"
        rf"(?:(?:19|20)?\d{{2}}{_DAY.format('')})(?:{_APART}(?:{_DASH}{_APART})?|\.|:)"
        rf"|(?:19|20)?\d{{2}}[-/.]{_DAY.format('[-/.]')}{_APART}{_DASH}{_APART}"
        rf"|(?:19|20)?\d{{2}}{_BLANK}{_DAY.format(_BLANK)}{_BLANK}?{_DASH}{_BLANK}?"
        rf"|(?:19|20)\d{{2}}{_BLANK}{_DAY.format(_BLANK)}{_BLANK}"
        rf"){_LAST}"
    ),
    "e-post": re.compile(rf"(?<![\w.+%'-])[\w.+%'-]+{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,8}}", re.IGNORECASE),
    # Not the zeros of an amount: 25 000 000 24 000 000.
    "telefon": re.compile(
        rf"(?<![\w-])(?<!\d )(?:\+{_BLANK}?|00)(?:4[57]|358){_GAP}(?:\d{{2,4}}{_GAP}){{1,4}}\d{{2,4}}(?!\d)"
        rf"|(?<![\w-])(?<!\d )(?:\(?(?:\+{_BLANK}?|00)46\)?{_GAP}(?:\({_BLANK}?0{_BLANK}?\){_GAP}|0)?|{_NO_TIME}\(?0)"
        rf"(?:8|[1-79]\d{{1,2}})\)?(?:{_APART}/{_APART}|{_GAP})(?:\d{{2,4}}{_GAP}){{1,3}}\d{{2,4}}(?![\d-])"
    ),
}


#: Area codes of two digits after the 0; 8 has one and the others have three.
_TWO = frozenset(map(str, (10, 11, 13, 16, 18, 19, 20, 21, 23, 26, 31, 33, 35, 36, 40, 42, 44, 46, 54, 60, 63, 90)))


def _dialled(number: str) -> bool:
    """Whether the digits are those of a telephone number: a Swedish one has 8 to 10 with its 0, a mobile one 10, and no subscriber's
    number begins with 0."""
    digits = re.sub(r"\D", "", number)
    if number.lstrip("( ").startswith("+") or digits.startswith("00"):
        return 9 <= len(digits.removeprefix("00")) <= 13
    if digits[1] == "7":
        return len(digits) == 10
    area = 1 if digits[1] == "8" else 2 if digits[1:3] in _TWO else 3
    return 8 <= len(digits) <= 10 and digits[area + 1] != "0"


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


def _hide(kind: str, found: re.Match[str]) -> str:
    return f"[{kind}]" if kind != "telefon" or _dialled(found[0]) else found[0]


def mask(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with personal data replaced by ``[personnummer]``, ``[e-post]``, ``[telefon]``, ``[namn]``, and the kinds found."""
    found = []
    for kind, pattern in PATTERNS.items():
        here = pattern.sub(partial(_hide, kind), text)
        if here != text:
            found.append(kind)
        text = here
    without = INTRODUCED.sub(r"\1[namn]", RUN.sub(_hide_name, text))
    if without != text:
        found.append("namn")
    return without, tuple(found)


def pattern_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """What finds these names in a text however they are written: in any case, with other blanks or a hyphen between the words, with the
    last word first (``Berg, Anna``) and in the genitive. None where there is no name."""
    written = set()
    for name in names:
        words = [re.escape(word) for word in unicodedata.normalize("NFC", name).replace(",", " ").split()]
        orders = [words, [words[-1], *words[:-1]]] if len(words) > 1 else [words] * bool(words)
        written |= {r"[\s_,.\u00a0-]{1,3}".join(order) for order in orders}
    if not written:
        return None
    either = "|".join(sorted(written, key=lambda each: (-len(each), each)))
    return re.compile(rf"(?<![^\W_])(?:{either})(?:s|:s)?(?![^\W_])", re.IGNORECASE)


def hide(text: str, names: re.Pattern[str] | None) -> str:
    """The text with the names that :func:`pattern_of` finds as ``[namn]``."""
    return names.sub("[namn]", unicodedata.normalize("NFC", text)) if names and text else text


def quoted(text: str, most: int) -> str:
    """The first ``most`` signs of a text as they may be quoted. Masked first: half an address is not known for one."""
    return mask(text)[0][:most]
