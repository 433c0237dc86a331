"""Amounts of money as Swedes write them, in cells and in prose: one reader, which keeps the text beside the kronor.

``213 330 000 kronor``, ``42,7 mnkr``, ``ca 2,4 miljarder``, ``en miljard``. Blanks of every kind separate thousands, also doubled and
broken over lines; a comma or a point stands before decimals. What is not written as an amount is not guessed at.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import prod

#: Kronor per unit, by every spelling of it.
UNITS = {
    **dict.fromkeys(("kr", "krona", "kronor", "kronorna", "sek"), 1),
    **dict.fromkeys(("tkr", "kkr", "ksek", "tsek", "tusen", "tusental"), 1_000),
    **dict.fromkeys(("mkr", "mnkr", "msek", "miljon", "miljoner", "mn"), 1_000_000),
    **dict.fromkeys(("mdkr", "mdr", "miljard", "miljarder"), 1_000_000_000),
}
WORDS = {
    "en": 1,
    "ett": 1,
    "två": 2,
    "tre": 3,
    "fyra": 4,
    "fem": 5,
    "sex": 6,
    "sju": 7,
    "åtta": 8,
    "nio": 9,
    "tio": 10,
    "elva": 11,
    "tolv": 12,
}
APPROXIMATE = ("ca", "cirka", "circa", "omkring", "drygt", "närmare", "knappt", "ungefär")

_BLANKS = r"[\s\u00a0\u2007\u2009\u202f]"
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_NUMBER = (
    rf"[-−–+]?\d{{1,3}}(?:\.\d{{3}}){{2,}}(?:,\d+)?|[-−–+]?\d+(?:{_BLANKS}+\d+)*(?:[.,]{_BLANKS}?\d+)?"
    rf"|(?:{'|'.join(WORDS)})(?=\s)"
)
_AMOUNT = re.compile(
    rf"(?:\b(?P<ca>{'|'.join(map(re.escape, APPROXIMATE))})\.?{_BLANKS}+)?(?<![\w.,])(?P<tal>{_NUMBER})"
    rf"(?:{_BLANKS}*(?P<enhet>{_UNIT})\b(?:{_BLANKS}+kr(?:on(?:or|orna|a))?\b)?)?",
    re.IGNORECASE,
)
_GROUPED = re.compile(rf"\d{{1,3}}(?:{_BLANKS}+\d{{3}})+|\d{{1,3}}(?:\.\d{{3}}){{2,}}|\d+")
#: Could be thousands or decimals: ``1.500 tkr``.
_TWO_WAYS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


@dataclass(frozen=True)
class Belopp:
    """One amount: what was written, what it is in whole kronor, and why it is not when it cannot be said."""

    text: str
    kronor: int | None
    ungefarligt: bool = False
    fel: str | None = None


def read(text: str, enhet: str | None = None) -> Belopp:
    """A cell that holds an amount and nothing else.

    :param enhet: the unit where the cell has none, as a column heading says it; without either the amount cannot be read.
    """
    match = _AMOUNT.fullmatch(text.strip())
    return _amount(match, text.strip(), enhet) if match else Belopp(text.strip(), None, fel="inte ett belopp")


def find(text: str) -> Iterator[Belopp]:
    """The amounts of a running text, in order: numbers with a unit of money after them."""
    for match in _AMOUNT.finditer(text):
        if match["enhet"]:
            yield _amount(match, match[0], None)


def _amount(match: re.Match[str], text: str, enhet: str | None) -> Belopp:
    approximate = bool(match["ca"])
    unit = UNITS.get((match["enhet"] or enhet or "").lower())
    if unit is None:
        return Belopp(text, None, approximate, "enheten framgår inte")
    number = match["tal"].lower()
    if number in WORDS:
        return Belopp(text, WORDS[number] * unit, approximate)
    number, sign = number.lstrip("-−–+"), number[0]
    if _TWO_WAYS.fullmatch(number):
        return Belopp(text, None, approximate, "punkten eller kommat kan stå för tusental eller decimaler")
    whole, _, decimals = (number if number.count(".") > 1 else number.replace(".", ",")).partition(",")
    if not _GROUPED.fullmatch(whole):
        return Belopp(text, None, approximate, "siffrorna är inte grupperade i tusental")
    kronor = Decimal("".join(re.findall(r"\d", whole)) + "." + (decimals.strip() or "0")) * unit
    if kronor != int(kronor):
        return Belopp(text, None, approximate, "inte hela kronor")
    return Belopp(text, int(kronor) * (-1 if sign in "-−–" else 1), approximate)


def contradicted(printed: Mapping[str, Sequence[int]], sums: Mapping[str, Sequence[str]]) -> set[tuple[str, int]]:
    """Of amounts that a source prints several times, those that cannot be right when its own sums are to hold.

    :param printed: every value printed for a name.
    :param sums: name of a sum → names of its parts.
    :returns: (name, value) of the values that stand in no combination in which all sums hold; all of them when none does.
    """
    names = list(printed)
    candidates = [sorted(set(printed[name])) for name in names]
    if prod(map(len, candidates)) > 100_000:
        raise ValueError("too many different values to weigh against each other")
    possible: set[tuple[str, int]] = set()
    for combination in itertools.product(*candidates):
        value = dict(zip(names, combination, strict=True))
        if all(value[total] == sum(value[part] for part in parts) for total, parts in sums.items()):
            possible |= set(value.items())
    return {(name, v) for name, values in zip(names, candidates, strict=True) for v in values} - possible
