"""One cell written in another way, with what it may be read as."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from bench.fuzz.case import (
    AS_BEFORE,
    CODES,
    MUST_BE_TOLD,
    NUMBERS,
    Base,
    Case,
    Patch,
    Rows,
    as_csv,
    as_xlsx,
    listed,
    packed,
    saved,
    without_control,
)

#: A way to write a cell: its kind, the text, and its value, ``SAME`` or ``TOLD``.
Spelling = tuple[str, str, Any]
SAME, TOLD = object(), object()

ERRORS = ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#SAKNAS!", "#VÄRDEFEL!", "#DIVISION/0!")
NO_NUMBER = listed(
    "tjugo|okänt|saknas|N/A|x|?|--|TRUE|inf|NaN|Infinity|1e999|0x1F|12:30|1/2|½|2020-01-01|=1+1|<5|>10|"
    "mer än 10|10-20|10–20|10..20|1,2,3|1.2.3|1;2|12 34|70 1|5 6 7|1 2345|12\n34|7\n1|5\t6|1 och 2|12/13|"
    "12&13|IV|99999999999999999999|1e3000|-|..|3 (varav 1)",
    "|",
)
NO_DATE = listed(
    "2020-02-31|2020-13-01|0001-01-01|9999-12-31|1900-01-01|2099-01-01|2020-01-15 eller 2020-01-16|i går|"
    "now|today|epoch|infinity|-infinity|2020-01-15--2020-01-20|2020-01-15 – 2020-01-20|"
    "2020-01-15\n2020-01-16|15/1|01/02/2020|2020|2020-01|20-01-15|2020-01-15T25:00:00|2020-1-1x|januari|"
    "vecka 3|2020-W03|0|2020-01-15 10 kl|12020-01-15|2020-01-00",
    "|",
)
NO_YEAR = (
    "20",
    "202",
    "20200",
    "2020-2021",
    "2020/21",
    "19e2",
    "1900",
    "2099",
    "två tusen",
    "2020\n2021",
    "20 21",
    "2020.5",
    "-2020",
    "0",
)
NO_MONTH = (
    "2020-13",
    "2020-00",
    "mars eller april",
    "2020-03–2020-04",
    "03/04",
    "kvartal 1",
    "2020Q1",
    "2099-01",
    "1900-01",
    "202013",
)
NO_CODE = (
    "?",
    "-1",
    "8.1",
    "1.0",
    "999",
    "saknas",
    "ja och nej",
    "0114, 0115",
    "Uppsala och Skåne",
    "1e2",
    "TRUE",
    "#N/A",
    "null",
    "''",
)
TEXTS = (
    "Fri text med \"citat\" och 'apostrof'",
    "rad ett\nrad två",
    "; , \t |",
    "<b>fet</b> [/b] {x} ${y} %s",
    "=1+1",
    "@SUM(1)",
    "'; drop table x; --",
    "tecken \x07\x1b[31m i texten",
    "noll\x00byte",
    "emoji 🙂 och åäö",
    "a" * 5000,
    "ord " * 3000,
    "ÅÄÖ".lower(),
    "e\u0301 sammansatt",
    "\u202eomvänd",
    "\ufeffBOM",
    "NaN",
    "None",
    "null",
    "\\N",
    "#REF!",
    "  blanksteg  ",
    "x" * 150_000,
    "a@b " * 200,
    "1" * 30_000,
)


def number(rng: Random, text: str, typ: str, top: float) -> Spelling:
    """A way to write the number ``text``; ``top`` is the largest of its column."""
    value: Any = float(text) if typ == "decimal" else int(text)
    ways: list[Spelling] = [
        ("other-sign", f"{text}{rng.choice(['¹', ')', '*', ' 1)', 'a', '†', '²³', ' (1)'])}", SAME),
        (
            "spaces",
            rng.choice([f" {text} ", f"\u00a0{text}", f"{text}\u200b", f"{text}\n", f"\t{text}", f"\ufeff{text}"]),
            SAME,
        ),
        ("unit", f"{text}{rng.choice([' kr', ':-', ' st', '%', ' %', ' procent', ' SEK', 'kr'])}", SAME),
        ("zeros", f"00{text}", SAME),
        ("plus", f"+{text}", SAME),
        ("apostrophe", f"'{text}", SAME),
        ("control", f"{text}{rng.choice(chr(0) + chr(7) + chr(27))}", SAME),
        (
            "digits",
            text.translate(str.maketrans("0123456789", rng.choice(["０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩"]))),
            SAME,
        ),
        ("exponent", f"{text}e0", SAME),
        ("negative", f"{rng.choice('-−')}{text}", -value if value else SAME),
        ("range", f"{text}{rng.choice(['-', '–', ' - ', '..', ' till '])}{int(value) + 5}", TOLD),
        ("two", f"{text}{rng.choice([' ', '/', ';', ', ', chr(10), chr(9), ' + '])}{rng.choice([1, 12, 3456])}", TOLD),
        ("bounds", f"{rng.choice(['ca ', '<', '>', '~', 'minst ', '≥'])}{text}", TOLD),
        ("scale", *_scaled(value, rng.choice([10, 100, 1000, 10**6]), top)),
        ("no-number", rng.choice([*NO_NUMBER, "9" * 400]), TOLD),
        ("error-value", rng.choice(ERRORS), TOLD),
        ("blank", "", None),
    ]
    if typ != "decimal":
        ways += [
            ("decimals", f"{text}{rng.choice(['.5', ',5', ',25', '.75'])}", TOLD),
            ("no-decimals", f"{text}{rng.choice(['.0', ',0', ',00', '.00'])}", SAME),
            ("three-decimals", f"{text}{rng.choice(['.', ','])}{rng.choice(['500', '000', '001'])}", TOLD),
            ("glued", " ".join([text[:1], text[1:]]) if len(text) in (2, 3) else f"{text} 1", TOLD),
        ]
        if len(text) > 3 and text.isdigit():
            sign = rng.choice([" ", "\u00a0", "\u202f", "\u2009", ".", ",", "'", "’", "_", "  "])
            ways += [("grouped", f"{int(text):,}".replace(",", sign), SAME)] * 2
    else:
        point = rng.choice(".,")
        ways += [
            ("comma", text.replace(".", ","), SAME),
            ("more-zeros", f"{text}{'' if '.' in text else point}00", SAME),
            ("thousand", f"1{point}500", TOLD),
            ("two-points", f"{text.replace('.', ',')}{point}3" if "." in text else f"{text},1{point}3", TOLD),
        ]
    if typ == "belopp":
        ways += [
            ("tkr", f"{text} tkr", value * 1000),
            ("mkr-point", "1.500 mkr", TOLD),
            ("mkr", f"{rng.choice(['ca 5', 'cirka 1,5', 'drygt 3'])} mkr", TOLD),
            ("mkr-exact", f"{value / 1_000_000:.6f}".replace(".", ",") + " mkr", SAME),
        ]
    return rng.choice(ways)


def _scaled(value: Any, times: int, top: float) -> tuple[str, Any]:
    """The value ten or more times over: its own value, and what no neighbour comes near must be asked about."""
    larger = value * times
    return (str(larger), TOLD) if larger > 10 * top and value else (str(larger), larger if value else SAME)


def day(rng: Random, text: str) -> Spelling:
    """A way to write the day ``text``."""
    value = date.fromisoformat(text)
    months = [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ]
    return rng.choice(
        [
            ("close", text.replace("-", ""), SAME),
            ("clock", f"{text}{rng.choice([' 12:00', 'T12:00:00', ' 00:00:00', 'T23:59:59.999'])}", SAME),
            ("utc-evening", f"{text}T23:30:00{rng.choice(['Z', '+00:00', '+0000'])}", value + timedelta(days=1)),
            ("utc-noon", f"{text}T12:00:00Z", SAME),
            ("zone", f"{text}T23:30:00{rng.choice(['-05:00', '-01:00'])}", value + timedelta(days=1)),
            (
                "words",
                f"{text}{rng.choice([' (prel.)', ' preliminärt', '*', ' eller senare', ', se not', ' kl. 10', '?'])}",
                TOLD,
            ),
            ("spaces", rng.choice([f" {text} ", f"\u00a0{text}", f"{text}\n"]), SAME),
            ("swedish", f"{value.day} {months[value.month - 1]} {value.year}", SAME),
            ("slashes", f"{value.day}/{value.month} {value.year}", SAME),
            ("points", f"{value:%Y.%m.%d}", SAME),
            ("dashes", text.replace("-", "\u2011"), SAME),
            ("serial", str((value - date(1899, 12, 30)).days), SAME),
            ("no-date", rng.choice(NO_DATE), TOLD),
            ("no-date", rng.choice(NO_DATE), TOLD),
            ("error-value", rng.choice(ERRORS), TOLD),
            ("blank", "", None),
        ]
    )


def code(rng: Random, text: str) -> Spelling:
    """A way to write a code or a name of a code list."""
    at = rng.randrange(len(text))
    ways: list[Spelling] = [
        ("decimal", f"{text}{rng.choice(['.0', ',0', '.00'])}", SAME),
        ("cut", text[:-1] or "?", SAME),
        ("sign-in", f"{text[:at]}{rng.choice('.-_/ ,;:')}{text[at:]}", SAME),
        ("sign-out", f"{text}{rng.choice(['*', '.', '?', ' 1)', '¹', '-', '+', '%'])}", SAME),
        ("sign-before", f"{rng.choice('-+=.#')}{text}", SAME),
        ("case", rng.choice([text.upper(), text.lower(), text.title()]), SAME),
        ("spaces", rng.choice([f" {text} ", f"\u00a0{text}", f"{text}\n", f"{text}\u200b"]), SAME),
        ("decomposed", unicodedata.normalize("NFD", text), SAME),
        ("lookalike", text.replace("a", "а").replace("o", "о").replace("1", "l"), SAME),
        ("twice", f"{text}{rng.choice([', ', ' ', '/', chr(10), ' och '])}{text}", SAME),
        ("no-code", rng.choice(NO_CODE), TOLD),
        ("error-value", rng.choice(ERRORS), TOLD),
        ("long", text * 3000, SAME),
        ("zero", f"0{text}", SAME),
        ("typo", f"{text[:at]}{rng.choice('xqåz')}{text[at:]}", SAME),
        ("blank", "", None),
    ]
    return rng.choice(ways)


def year(rng: Random, text: str) -> Spelling:
    return rng.choice(
        [
            ("decimal", f"{text}{rng.choice(['.0', ',0'])}", SAME),
            ("words", rng.choice([f"år {text}", f"{text}¹", f"{text}*", f"{text} (prel)", f"'{text}"]), SAME),
            ("spaces", rng.choice([f" {text}", f"{text}\u00a0", f"{text[:2]} {text[2:]}"]), SAME),
            ("no-year", rng.choice(NO_YEAR), TOLD),
            ("no-year", rng.choice(NO_YEAR), TOLD),
            ("error-value", rng.choice(ERRORS), TOLD),
            ("blank", "", None),
        ]
    )


def month(rng: Random, text: str) -> Spelling:
    return rng.choice(
        [
            ("close", text.replace("-", ""), SAME),
            ("first-day", f"{text}-01", SAME),
            ("other-day", f"{text}-17", SAME),
            ("clock", f"{text}-01 00:00:00", SAME),
            ("words", rng.choice([f"{text} (prel)", f"månad {text}", f"{text}*"]), SAME),
            ("no-month", rng.choice(NO_MONTH), TOLD),
            ("error-value", rng.choice(ERRORS), TOLD),
            ("blank", "", None),
        ]
    )


def words(rng: Random, text: str) -> Spelling:
    new = rng.choice(TEXTS)
    return (
        ("text", new, new)
        if rng.random() < 0.8
        else ("spaces", rng.choice([f" {text} ", f"{text}\u00a0", f"{text}\n"]), SAME)
    )


WAYS: dict[str, Callable[[Random, str], Spelling]] = {
    "datum": day,
    "ar": year,
    "manad": month,
    "text": words,
    "beteckning": words,
    **dict.fromkeys(CODES, code),
}


def _plain(typ: str, cell: str) -> str | None:
    """A cell written plainly, with which a spelling may begin."""
    if typ in NUMBERS:
        bare = cell.removesuffix(" kr").replace(",", ".")
        return bare if re.fullmatch("0|[1-9][0-9]*" + ("([.][0-9]+)?" if typ == "decimal" else ""), bare) else None
    forms = {"datum": "[0-9]{4}-[0-9]{2}-[0-9]{2}", "ar": "[0-9]{4}", "manad": "[0-9]{4}-[0-9]{2}"}
    return cell if cell and re.fullmatch(forms.get(typ, "(?s:.*)"), cell) else None


def one_cell(rng: Random, base: Base) -> Case | None:
    """One cell of one sound row written in another way."""
    rows = base.body()
    if not rows:
        return None
    at = rng.choice(rows)
    namn, i = rng.choice(sorted(base.columns.items()))
    k = base.column(namn)
    plain = _plain(k.typ, base.rows[at][i])
    if plain is None:
        return None
    if k.typ in NUMBERS:
        others = [_plain(k.typ, base.rows[r][i]) for r in rows]
        kind, text, value = number(rng, plain, k.typ, max(float(o) for o in others if o))
    else:
        kind, text, value = WAYS[k.typ](rng, plain)
    if text == base.rows[at][i] or text in k.markering:
        return None
    changed = [*base.rows]
    changed[at] = [*changed[at][:i], text, *changed[at][i + 1 :]]
    ending, data = written(rng, base, changed)
    if ending == ".xlsx" and isinstance(value, str):
        value = without_control(value)
    return base.case(
        f"cell-{k.typ}-{kind}",
        data,
        ending,
        allowed=_allowed(base, at, namn, plain, value),
        note=f"row {at + 1} {namn}: {text[:60]!r}",
    )


def _allowed(base: Base, at: int, namn: str, plain: str, value: Any) -> tuple[Patch, ...]:
    k = base.column(namn)
    if value is TOLD:
        return MUST_BE_TOLD
    if value is SAME:
        return AS_BEFORE
    if value is None and not (k.tom or k.standard is not None):
        return MUST_BE_TOLD
    if namn in base.keys or not k.ra or value is None:
        return (*AS_BEFORE, Patch(at + 1, namn, plain, value)) if namn not in base.keys and k.ra else AS_BEFORE
    old: Any = plain
    if k.typ == "decimal":
        old = float(plain)
    if isinstance(value, str):
        return tuple(Patch(at + 1, namn, old, v) for v in _as_texts(value))
    return (Patch(at + 1, namn, old, value),)


def _as_texts(value: str) -> Sequence[str]:
    return list(dict.fromkeys([value, value.strip(), unicodedata.normalize("NFC", value.strip())]))


def written(rng: Random, base: Base, rows: Rows, workbooks: bool = True) -> tuple[str, bytes]:
    """A table in one of the forms that senders use: the file's ending and its bytes.

    :param workbooks: whether it may be a workbook, in which a cell that is missing is a blank one.
    """
    form = rng.choices(["csv", "cp1252", "tabs", "bom", "gz", "xlsx"], [6, 1, 1, 1, 1, 4 * workbooks])[0]
    if form == "xlsx" and len(rows) * max(map(len, rows)) < 5_000:
        return ".xlsx", saved(as_xlsx(base, rows))
    text = as_csv(rows, "\t" if form == "tabs" else rng.choice(";;,"), rng.choice(["\r\n", "\n"]))
    if form == "cp1252":
        try:
            return ".csv", text.encode("cp1252")
        except UnicodeEncodeError:
            form = "csv"
    data = (b"\xef\xbb\xbf" if form == "bom" else b"") + text.encode()
    return (".csv.gz", packed(data)) if form == "gz" else (".txt" if form == "tabs" else ".csv", data)
