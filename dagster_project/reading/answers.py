"""Saved answers of statistics services (JSON) as sheets: one row per value, with the page of the answer it stood on.

A file holds one page as the service gave it, or a list of pages. The rows are in ``values`` (Kolada) or ``data`` (Socialstyrelsen);
a list inside an entry gives a row per item. Nothing else is known about the services here: headings are the fields' own names.
Row 2 is the first value of the file.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from dagster_project.reading import limits, personal
from dagster_project.reading.findings import Anmarkning, Avvisad, anmark, avvisa
from dagster_project.reading.sheets import Blad, cell_text
from dagster_project.reading.text import Stadning, clean, too_large, too_many_cells

ROWS = ("values", "data")
NEXT = ("next_url", "next_page", "nasta_sida")
PREVIOUS = ("previous_url", "previous_page", "foregaende_sida")
PAGE = ("page", "sida")
_NUMBER = re.compile("[0-9]{1,9}")

#: Columns about the page, beside the fields of the values.
PAGE_COLUMNS = ("fraga", "sida", "nasta_sida")


def read(text: str) -> Blad:
    """All values of a saved answer.

    :raises Avvisad: not JSON, not an answer with values, or a page is missing between two others.
    """
    found = _parsed(text)
    pages = found if isinstance(found, list) else [found]
    records: list[dict[str, Any]] = []
    numbers: list[int] = []
    remarks: list[Anmarkning] = []
    for page in pages:
        entries = _entries(page)
        asked, number, following = _place(page)
        place = dict(zip(PAGE_COLUMNS, (asked, number, following), strict=True))
        records += [{**record, **place} for record in _records(entries)]
        numbers += [number] if number is not None else []
        remarks += _remarks(page, entries, asked)
    _whole(numbers)
    fields = [f for f in dict.fromkeys(key for record in records for key in record) if f not in PAGE_COLUMNS]
    heading = [*fields, *PAGE_COLUMNS]
    if len(heading) * len(records) > limits.CELLS:
        raise too_many_cells(len(records), len(heading))
    cleaning = Stadning()
    names = cleaning.row(1, heading)
    rows = [(n, cleaning.row(n, [_cell(n, f, record.get(f)) for f in heading])) for n, record in enumerate(records, 2)]
    return Blad(None, [(1, names), *rows], anmarkningar=[*dict.fromkeys(remarks), *cleaning.remarks()])


def _parsed(text: str) -> Any:
    """The JSON of a text.

    :raises Avvisad: not JSON, too large, nested too deep, or a field twice in one object.
    """
    if len(text) > limits.JSON:
        raise too_large(limits.JSON)
    try:
        return json.loads(text, object_pairs_hook=_fields, parse_constant=_no_number)
    except RecursionError:
        raise _no_answer("listor och objekt i alltför många nivåer") from None
    except json.JSONDecodeError as error:
        raise Avvisad(
            avvisa(
                "trasig_json",
                "Filen är inte JSON, eller är avbruten. Hämta svaret igen.",
                rad=error.lineno,
                hittat=clean(personal.quoted(text.strip(), 60))[0],
            )
        ) from None
    except ValueError as error:  # a number of thousands of digits
        raise _no_answer("ett tal som inte går att läsa", orsak=str(error)) from None


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise _no_answer(f"fältet {twice[:60]} flera gånger i samma objekt")
    return found


def _no_number(name: str) -> Any:
    raise _no_answer(f"{name} i stället för ett tal")


def _cell(row: int, name: str, value: Any) -> str:
    if isinstance(value, dict | list):
        raise _no_answer(f"en lista eller ett objekt i fältet {name[:60]}, rad {row}")
    return cell_text(value)


def _no_answer(found: str, orsak: str | None = None) -> Avvisad:
    return Avvisad(
        avvisa(
            "okant_svar",
            "Filen är inte ett sparat svar med värden. Är det ett felmeddelande från källan?",
            hittat=clean(personal.quoted(found, 120))[0],
            forvantat="ett objekt med listan values (Kolada) eller data (Socialstyrelsen)",
        ),
        orsak=orsak,
    )


def _entries(page: Any) -> list[dict[str, Any]]:
    entries = (
        next((page[key] for key in ROWS if isinstance(page.get(key), list)), None) if isinstance(page, dict) else None
    )
    if entries is None or not all(isinstance(entry, dict) for entry in entries):
        raise _no_answer(", ".join(page) if isinstance(page, dict) else type(page).__name__)
    return list(entries)


def _records(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each entry, or each item of the list inside it together with what stands beside the list."""
    for entry in entries:
        inner = next((key for key, value in entry.items() if isinstance(value, list)), None)
        if inner is None:
            yield entry
        else:
            beside = {key: value for key, value in entry.items() if key != inner}
            for item in entry[inner]:
                if not isinstance(item, dict):
                    raise _no_answer(f"{type(item).__name__} i stället för ett objekt i listan {inner[:60]}")
                yield {**beside, **item}


def _place(page: dict[str, Any]) -> tuple[str | None, int | None, int | None]:
    """The question of a page (its address without the page number), its number, and the number of the next page."""
    following = next((page[key] for key in NEXT if page.get(key)), None)
    previous = next((page[key] for key in PREVIOUS if page.get(key)), None)
    asked, after = _question(following)
    also_asked, before = _question(previous)
    number = after - 1 if after is not None else before + 1 if before is not None else None
    return asked or also_asked, number, after


def _question(link: Any) -> tuple[str | None, int | None]:
    """An address without its page number, and the number. A bare number is only a number."""
    if link is None:
        return None, None
    try:
        parts = urlsplit(str(link))
        query = parse_qsl(parts.query)
    except ValueError:
        raise _no_answer(f"en adress som inte går att läsa: {str(link)[:80]}") from None
    if not parts.query:
        return None, int(parts.path) if _NUMBER.fullmatch(parts.path) else None
    number = next((int(value) for key, value in query if key in PAGE and _NUMBER.fullmatch(value)), None)
    rest = urlencode([(key, value) for key, value in query if key not in PAGE])
    return parts._replace(query=rest).geturl(), number


def _remarks(page: dict[str, Any], entries: list[dict[str, Any]], asked: str | None) -> Iterator[Anmarkning]:
    if "next_page" in page or "previous_page" in page:
        yield anmark(
            "kolada_v2",
            "Svaret har den form som Koladas api v2 gav. Det har lästs, men v2 är nedlagt: hämta med v3.",
            hittat="next_page",
            forvantat="next_url",
        )
    total = page.get("count")
    if isinstance(total, int) and total > len(entries) and asked is None:
        yield anmark(
            "svar_ofullstandigt",
            "Svaret anger fler poster än filen innehåller. Kontrollera att alla sidor har levererats.",
            hittat=str(len(entries)),
            forvantat=str(total),
        )


def _whole(numbers: list[int]) -> None:
    """Pages of one file follow each other without a gap."""
    for before, after in zip(sorted(numbers), sorted(numbers)[1:], strict=False):
        if after > before + 1:
            raise Avvisad(
                avvisa(
                    "sida_saknas",
                    f"Svaret är ofullständigt: sida {before + 1} saknas mellan sida {before} och sida {after}. "
                    "Hämta svaret igen i sin helhet.",
                    hittat=f"sida {before}, sida {after}",
                    forvantat=f"sida {before + 1}",
                )
            )
