"""What the pages of the regions say about persons: no number that the same table on the release's page does not show of region or country."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dagster_project.release.attack.declared import Declared
from dagster_project.release.attack.published import RIKET, parsed

FOLDER, FRONT = "region", "index.html"
_NUMBER = re.compile(r"[-\N{MINUS SIGN}]?\d[\d\s\N{NO-BREAK SPACE}]*(?:,\d+)?")


def strange(declared: Declared, release: Path) -> Iterator[str]:
    """The numbers of the regions' pages, of the tables about persons, that the release's own page does not show: where, and which."""
    front = release / FRONT
    if not front.exists():
        return
    tables = {name.removeprefix("tabell.") for name in declared.personer if name.startswith("tabell.")}
    shown = {table: _rows(parsed(front), table) for table in tables}
    for path in sorted((release / FOLDER).glob("*.html")):
        page = _read(path)
        for table in sorted(tables):
            for code, numbers in _said(page, table):
                for number in sorted(numbers - shown[table].get(code, set()) - shown[table].get(RIKET, set())):
                    yield f"{FOLDER}/{path.name} shows {number} in {table}, which {FRONT} does not show"


def _said(page: Any, table: str) -> Iterator[tuple[str, set[str]]]:
    """What a region's page shows of a table, with the region's code: its rows, and its place."""
    for code, numbers in _rows(page, table).items():
        if code != RIKET:
            yield code, numbers
    for card in page.xpath("//div[@class='plats']"):
        for link in card.xpath(f".//a[substring-after(@href, '#') = '{table}']/@href"):
            region = re.search(r"region=(\w+)", link)
            for strong in card.xpath(".//p[@class='varde']/strong"):
                yield region[1] if region else "", _numbers(strong)


def _rows(page: Any, table: str) -> dict[str, set[str]]:
    """The numbers in the rows of a table by the region that they are of; those of none are the country's."""
    found: dict[str, set[str]] = {}
    for row in page.xpath(f"//div[@data-tabell='{table}']//tbody/tr"):
        found.setdefault(row.get("data-r") or RIKET, set()).update(*(_numbers(cell) for cell in row.xpath("./td")))
    return found


def _numbers(cell: Any) -> set[str]:
    text = re.sub(r"\[[^]]*\]", "", cell.text_content())
    return {"".join(match[0].split()) for match in _NUMBER.finditer(text)}


def _read(path: Path) -> Any:
    from lxml import html

    return html.parse(str(path))
