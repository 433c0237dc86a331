"""What a cell of a type may say, and what is an error and why: one grammar, in Python and as DuckDB SQL that agree.

A number is read only where it can mean one thing. Blanks of every kind group thousands where the whole number is so grouped, points
or commas where it is so grouped more than once (``1.234.567``); ``500.000`` may be thousands or decimals and is an error. The unit is
read where the column has it. A cell with two numbers, a line break, a note mark, an exponent or an error value is an error with a
name of its own. An instant is the day it has in Sweden.

Every rule is one pattern for both languages: no class, anchor or flag in it that means different things to Python and to RE2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from dagster_project.reading import swedish_time
from dagster_project.sql import literal

Typ = Literal["heltal", "decimal", "belopp", "datum", "manad", "ar"]
Enhet = Literal["kr", "procent"]
Varde = int | float | date

BLANK = " \u00a0\u2007\u2008\u2009\u200a\u202f"
#: What stands around a value and does not count.
AROUND = BLANK + "\t\r\n\u200b\ufeff"
MINUS = "\u2212"

#: Figures in a number: beyond this nothing that is counted here exists, and a computer's number is no longer exact.
FIGURES = 15
LARGEST = 10**FIGURES

_SIGN = "[+-]?"
_PLAIN = f"[0-9]{{1,{FIGURES}}}"
_GROUP = "[1-9][0-9]{0,2}"
_BY_BLANK = f"{_GROUP}(?:[{BLANK}][0-9]{{3}}){{1,4}}"
_TWO_WAYS = f"{_SIGN}{_GROUP}[.,][0-9]{{3}}"
_WHOLE = f"{_SIGN}(?:{_PLAIN}|{_BY_BLANK}|{_GROUP}(?:[.][0-9]{{3}}){{2,4}}|{_GROUP}(?:,[0-9]{{3}}){{2,4}})"
_COMMA = f"{_SIGN}(?:{_PLAIN}|{_BY_BLANK}|{_GROUP}(?:[.][0-9]{{3}}){{1,4}}),[0-9]{{1,20}}"
_POINT = f"{_SIGN}(?:{_PLAIN}|{_BY_BLANK}|{_GROUP}(?:,[0-9]{{3}}){{1,4}})[.][0-9]{{1,20}}"
#: A number that shows which sign its column has before decimals.
_SHOWS = f"{_SIGN}(?:0[.,][0-9]{{1,20}}|{_PLAIN}[.,](?:[0-9]{{1,2}}|[0-9]{{4,20}}))"

_UNIT = {
    "kr": f"[{BLANK}]?(?:[kK][rR][.]?|[kK]ronor|:-)",
    "procent": f"[{BLANK}]?(?:%|[pP]rocent)",
}
#: Kronor per unit of money.
_MONEY = (
    ("kr[.]?|kronor|krona|sek|:-", 1),
    ("tkr|tusen(?: kr| kronor)?", 1_000),
    ("mkr|mnkr|mn(?: kr)?|miljon(?:er)?(?: kr| kronor)?", 1_000_000),
    ("mdkr|mdr(?: kr)?|miljard(?:er)?(?: kr| kronor)?", 1_000_000_000),
)
_ANY_MONEY = "|".join(unit for unit, _ in _MONEY)
_ROUGHLY = f"(?i:ca|cirka|circa|c:a|omkring|drygt|närmare|knappt|ungefär|runt|~)[.]?[{BLANK}]?[0-9](?s:.*)"

_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?"
_ZONE = "(?:[zZ]|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
_YEAR, _MONTH, _DAY = "(?:19|20|21)[0-9]{2}", "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_DATE, _CLOSE = f"{_YEAR}-{_MONTH}-{_DAY}", f"{_YEAR}{_MONTH}{_DAY}"
_MOMENT = f"{_DATE}[ tT]{_CLOCK}"
_INSTANT = f"{_MOMENT} ?{_ZONE}"

_FORMS = {"manad": f"{_YEAR}(?:-{_MONTH}(?:-01)?|{_MONTH}(?:01)?)", "ar": "(?:19|20)[0-9]{2}"}

#: What a spreadsheet shows where it has no value, in English and Swedish, and what stands for a cell that a merged one covers.
_ERROR_VALUE = (
    "#(?:N/A|REF!|DIV/0!|VALUE!|NAME[?]|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA"
    "|SAKNAS!|REFERENS!|DIVISION/0!|VÄRDEFEL!|NAMN[?]|OGILTIGT!|SKÄRNING!)"
)
_MERGED = "#SAMMANSLAGEN"

#: What is said of a cell that is not read, by code. ``{hittat}`` and ``{kolumn}`` are filled in.
MEDDELANDEN = {
    "felvarde": "Cellen i kolumnen {kolumn} innehåller felvärdet {hittat} från kalkylbladet och ingen uppgift. Rätta formeln, eller "
    "skriv in värdet.",
    "sammanslagen": "Cellen i kolumnen {kolumn} är sammanslagen med en annan, så det framgår inte vilket värde den har. Dela upp de "
    "sammanslagna cellerna och fyll i var och en.",
    "radbrytning": "Cellen i kolumnen {kolumn} innehåller en radbrytning eller en tabb. Skriv ett värde i varje cell.",
    "flera_tal": "{hittat} i kolumnen {kolumn} är flera tal, eller ett tal som inte är grupperat i tusental. Skriv ett tal i varje cell.",
    "datum_i_tal": "{hittat} i kolumnen {kolumn} är ett datum och inget tal. Kalkylprogrammet kan ha gjort om talet: skriv det på nytt, i en "
    "cell med talformat.",
    "notmarke": "{hittat} i kolumnen {kolumn} har ett notmärke eller ett annat tecken efter talet. Skriv bara talet.",
    "tvetydigt_tal": "{hittat} i kolumnen {kolumn} kan läsas på två sätt: tecknet före de tre sista siffrorna kan avse tusental eller "
    "decimaler. Skriv tusental med blanksteg eller utan tecken.",
    "exponent": "{hittat} i kolumnen {kolumn} är skrivet med exponent. Skriv ut talet.",
    "enhet": "{hittat} i kolumnen {kolumn} har en enhet som inte är kolumnens. Skriv bara talet, i kolumnens enhet.",
    "ungefarligt": "{hittat} i kolumnen {kolumn} är ett ungefärligt belopp. Skriv det exakta beloppet i kronor.",
    "for_stort_tal": "{hittat} i kolumnen {kolumn} är ett orimligt stort tal.",
    "text_efter_datum": "{hittat} i kolumnen {kolumn} är ett datum med något mer i samma cell. Skriv bara datumet.",
}

#: Why a cell is not read: pattern of the whole cell → code, the first that fits. What none fits is ``ej_<typ>``.
_ALWAYS = ((_ERROR_VALUE, "felvarde"), (_MERGED, "sammanslagen"))
_NUMBERS = (
    ("(?s:.*)[\n\r\t](?s:.*)", "radbrytning"),
    (f"{_DATE}(?:[ tT]{_CLOCK})?", "datum_i_tal"),
    (_TWO_WAYS, "tvetydigt_tal"),
    ("[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+", "exponent"),
    (f"[+-]?[0-9]{{{FIGURES + 1},}}(?:[.,][0-9]+)?", "for_stort_tal"),
    (f"[+-]?[0-9][0-9.,{BLANK}]*(?i:%|procent|st|{_ANY_MONEY})", "enhet"),
    (f"[+-]?[0-9][0-9.,]*(?:[{BLANK};/&–-]+[0-9][0-9.,]*)+", "flera_tal"),
    (f"[+-]?[0-9][0-9.,{BLANK}]*(?:[*)¹²³⁴⁵⁶⁷⁸⁹⁰†‡]|[(][0-9a-z][)]|[a-z][)]?)+", "notmarke"),
)
_WHY: dict[str, tuple[tuple[str, str], ...]] = {
    "heltal": ((_TWO_WAYS, "tvetydigt_tal"), (f"{_COMMA}|{_POINT}", "ej_heltal"), *_NUMBERS),
    "decimal": _NUMBERS,
    "belopp": (
        (_ROUGHLY, "ungefarligt"),
        (f"{_TWO_WAYS}(?:[{BLANK}]?(?i:{_ANY_MONEY}))?", "tvetydigt_tal"),
        (f"(?:{_COMMA}|{_POINT}|{_WHOLE}[{BLANK}]?(?i:{_ANY_MONEY}))(?:[{BLANK}]?(?i:{_ANY_MONEY}))?", "ej_belopp"),
        *_NUMBERS,
    ),
    "datum": ((f"(?:{_DATE}|{_CLOSE})[^0-9](?s:.*)", "text_efter_datum"),),
    "manad": (),
    "ar": (),
}


@dataclass(frozen=True)
class Last:
    """A cell read: its value, or why there is none: a code of :data:`MEDDELANDEN` or ``ej_<typ>``."""

    varde: Varde | None
    fel: str | None = None


# --- in Python ------------------------------------------------------------------------------------------------------------


def read(typ: Typ, cell: str, enhet: Enhet | None = None, decimaler: str = "") -> Last:
    """A cell that is not blank, under a type. ``heltal`` and ``belopp`` (kronor) give int, ``decimal`` float, ``ar`` int, days date.

    :param enhet: the unit of the column's numbers, which may stand in the cell. Without one, a unit in a cell is an error. An amount
        is in kronor where it does not say thousands or millions.
    :param decimaler: the signs that other cells of the column show to stand before decimals in it (:func:`shows_decimals`), so that
        three figures after them are decimals too.
    """
    text = cell.strip(AROUND).replace(MINUS, "-")
    value = _value(typ, text, enhet, decimaler)
    if value is not None:
        return Last(value)
    bare = _bare(text, enhet) if typ in ("heltal", "decimal") else text
    return Last(None, next((c for p, c in (*_ALWAYS, *_WHY[typ]) if re.fullmatch(p, bare)), f"ej_{typ}"))


def shows_decimals(cell: str) -> str:
    """The sign that a cell shows to stand before decimals; blank where it shows none (``17``, ``12.345``)."""
    text = cell.strip(AROUND).replace(MINUS, "-")
    return re.sub("[^.,]", "", text) if re.fullmatch(_SHOWS, text) else ""


def _value(typ: Typ, text: str, enhet: Enhet | None, decimaler: str) -> Varde | None:
    match typ:
        case "heltal" | "decimal":
            number = _number(_bare(text, enhet), typ == "decimal", decimaler)
            return None if number is None else int(number) if typ == "heltal" else float(number)
        case "belopp":
            return _amount(text)
        case "ar":
            return int(text) if re.fullmatch(_FORMS["ar"], text) else None
        case "manad":
            figures = text.replace("-", "")
            return date(int(figures[:4]), int(figures[4:6]), 1) if re.fullmatch(_FORMS["manad"], text) else None
        case "datum":
            return _day(text)


def _bare(text: str, enhet: Enhet | None) -> str:
    return re.sub(f"{_UNIT[enhet]}$", "", text) if enhet else text


def _number(text: str, decimals: bool, known: str = "") -> Decimal | None:
    if re.fullmatch(_WHOLE, text):
        return Decimal(re.sub("[^0-9-]", "", text))
    if not decimals or (re.fullmatch(_TWO_WAYS, text) and not any(sign in text for sign in known)):
        return None
    if re.fullmatch(_COMMA, text):
        return Decimal(re.sub("[^0-9,-]", "", text).replace(",", "."))
    if re.fullmatch(_POINT, text):
        return Decimal(re.sub("[^0-9.-]", "", text))
    return None


def _amount(text: str) -> int | None:
    for unit, kronor in _MONEY:
        bare = re.sub(f"[{BLANK}]?(?i:{unit})$", "", text)
        if bare == text and kronor > 1:
            continue
        number = _number(bare, decimals=True)
        if number is not None:
            amount = number * kronor
            return int(amount) if amount == int(amount) and abs(amount) < LARGEST else None
    return None


def _day(text: str) -> date | None:
    try:
        if re.fullmatch(_CLOSE, text):
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        if re.fullmatch(f"{_DATE}|{_MOMENT}", text):
            return date.fromisoformat(text[:10])
        if re.fullmatch(_INSTANT, text):
            clock = datetime.fromisoformat(f"{text[:10]}T{text[11:16]}+00:00")
            return swedish_time.local(clock - timedelta(minutes=_offset(text))).date()
    except ValueError:
        return None
    return None


def _offset(text: str) -> int:
    """Minutes before UTC of the zone that an instant ends in."""
    zone = re.search("[+-][0-9:]{2,5}$", text)
    if zone is None:
        return 0
    figures = zone[0][1:].replace(":", "").ljust(4, "0")
    return (-1 if zone[0][0] == "-" else 1) * (int(figures[:2]) * 60 + int(figures[2:]))


# --- in SQL ---------------------------------------------------------------------------------------------------------------


def sql(typ: Typ, cell: str, enhet: Enhet | None = None, decimaler: str = "''") -> tuple[str, str]:
    """The grammar as DuckDB expressions over a text column: the value (null where there is none), and why there is none (null where
    there is one or the cell is null).

    :param cell: the column, as SQL.
    :param decimaler: the signs before decimals that the column shows, as SQL (:func:`decimals_sql`).
    """
    text = f"replace(trim({cell}, {literal(AROUND)}), {literal(MINUS)}, '-')"
    bare = f"regexp_replace({text}, {literal(_UNIT[enhet] + '$')}, '')" if enhet else text
    value = _value_sql(typ, text, bare, decimaler)
    judged = bare if typ in ("heltal", "decimal") else text
    whys = " ".join(f"when {_is(judged, p)} then '{code}'" for p, code in (*_ALWAYS, *_WHY[typ]))
    return value, f"case when {cell} is null or ({value}) is not null then null {whys} else 'ej_{typ}' end"


def error_value_sql(cell: str) -> str:
    """Why a cell of any type, free text too, is no value: ``felvarde``, ``sammanslagen``, or null."""
    whys = " ".join(f"when {_is(f'trim({cell})', pattern)} then '{code}'" for pattern, code in _ALWAYS)
    return f"case {whys} end"


def decimals_sql(cell: str) -> str:
    """The signs that a column's cells show to stand before decimals, as an aggregate in SQL."""
    text = f"replace(trim({cell}, {literal(AROUND)}), {literal(MINUS)}, '-')"
    return (
        f"coalesce(string_agg(distinct case when {_is(text, _SHOWS)} then regexp_extract({text}, '[.,]') end, ''), '')"
    )


def _is(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, {literal(pattern)})"


def _keep(text: str, signs: str) -> str:
    return f"regexp_replace({text}, '[^0-9{signs}]', '', 'g')"


def _value_sql(typ: Typ, text: str, bare: str, decimaler: str) -> str:
    match typ:
        case "heltal":
            return f"case when {_is(bare, _WHOLE)} then {_keep(bare, '-')}::bigint end"
        case "decimal":
            return _decimal_sql(bare, "double", decimaler)
        case "belopp":
            return _amount_sql(text)
        case "ar":
            return f"case when {_is(text, _FORMS['ar'])} then {text}::integer end"
        case "manad":
            figures = f"replace({text}, '-', '')"
            day = f"({figures}[1:4] || '-' || {figures}[5:6] || '-01')::date"
            return f"case when {_is(text, _FORMS['manad'])} then {day} end"
        case "datum":
            zone = f"regexp_extract({text}, '[+-][0-9:]{{2,5}}$')"
            figures = f"rpad(replace({zone}[2:], ':', ''), 4, '0')"
            minutes = f"({figures}[1:2]::integer * 60 + {figures}[3:4]::integer)"
            offset = f"case {zone}[1:1] when '+' then {minutes} when '-' then -{minutes} else 0 end"
            clock = f"try_cast({text}[1:10] || ' ' || {text}[12:16] || ':00' as timestamp)"
            instant = f"timezone('{swedish_time.ZONE}', timezone('UTC', {clock} - to_minutes({offset})))::date"
            return (
                f"case when {_is(text, _CLOSE)} then try_strptime({text}, '%Y%m%d')::date "
                f"when {_is(text, f'{_DATE}|{_MOMENT}')} then try_cast({text}[1:10] as date) "
                f"when {_is(text, _INSTANT)} then {instant} end"
            )


def _decimal_sql(text: str, kind: str, decimaler: str = "''") -> str:
    known = f"contains({decimaler}, regexp_extract({text}, '[.,]'))"
    return (
        f"case when {_is(text, _WHOLE)} then {_keep(text, '-')}::{kind} "
        f"when {_is(text, _TWO_WAYS)} and not {known} then null "
        f"when {_is(text, _COMMA)} then replace({_keep(text, ',-')}, ',', '.')::{kind} "
        f"when {_is(text, _POINT)} then {_keep(text, '.-')}::{kind} end"
    )


def _amount_sql(text: str) -> str:
    """Kronor by moving the point: exact for any number of decimals."""
    cases = []
    for unit, kronor in reversed(_MONEY):
        ends = literal(f"[{BLANK}]?(?i:{unit})$")
        amount = _let("_bare", f"regexp_replace(_text, {ends}, '')", _kronor_sql("_bare", len(str(kronor)) - 1))
        cases.append(f"when regexp_matches(_text, {ends}) then {amount}")
    return _let("_text", text, f"case {' '.join(cases)} else {_kronor_sql('_text', 0)} end")


def _kronor_sql(text: str, places: int) -> str:
    """A number with its point moved, where nothing but zeros is left behind it."""
    moved = f"(split_part(_number, '.', 1) || rpad(split_part(_number, '.', 2)[1:{places}], {places}, '0'))::hugeint"
    whole = f"regexp_full_match(split_part(_number, '.', 2)[{places + 1}:], '0*') and abs({moved}) < {LARGEST}"
    return _let("_number", _decimal_sql(text, "varchar"), f"case when {whole} then {moved}::bigint end")


def _let(name: str, value: str, expression: str) -> str:
    """``expression`` with a name in it for a value that it needs many times."""
    return f"list_transform([{value}], lambda {name}: {expression})[1]"
