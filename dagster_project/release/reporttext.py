"""Search over the text of the status reports: from the command line, and as a file beside the web page that its search loads.

A word is compared without its ending (``seeds/nulagesrapport/regler.yml``) and found inside others, so that *insatser* finds *insatsen* and
*team* finds *vårdteam*; words in quotes are found as they stand. Case does not count. Å, ä and ö are letters of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from dagster_project.release.database import MARK
from dagster_project.settings import SEEDS, read_yaml

#: The file that the page's search loads, in the release's folder.
DATA = Path("sok", "rapporttext.js")
#: Letters shown on each side of a hit.
AROUND = 70
#: What is left of a word without its ending is at least so long.
STEM = 4


@dataclass(frozen=True)
class Traff:
    """A block with a hit; ``sammanhang`` has the first hit in brackets."""

    region: str
    ar: int
    overenskommelse: str
    omrade: int | None
    sida: int | None
    rad: int
    sammanhang: str


@cache
def endings() -> tuple[str, ...]:
    """The endings that a word is compared without, the longest first."""
    rules = read_yaml(SEEDS / "nulagesrapport" / "regler.yml")
    return tuple(sorted(rules["andelser"], key=len, reverse=True))


def wanted(words: str) -> list[str]:
    """What a block must hold: each word without its ending, each quoted phrase as it stands, in lower case."""
    return [
        phrase.strip().lower() if phrase else _stem(word.lower())
        for phrase, word in re.findall(r'"([^"]*)"?|([\w-]+)', words)
        if phrase.strip() or word
    ]


def _stem(word: str) -> str:
    ending = next((e for e in endings() if word.endswith(e) and len(word) - len(e) >= STEM), "")
    return word.removesuffix(ending)


def has_text(con: duckdb.DuckDBPyConnection) -> bool:
    """Is there a report to search? Releases made before there was such a mart have none."""
    tables = "select count(*) from duckdb_tables() where schema_name = 'mart' and table_name = 'rapporttext'"
    return con.execute(tables).fetchone() == (1,) and bool(con.execute("from mart.rapporttext limit 1").fetchone())


def search(
    con: duckdb.DuckDBPyConnection,
    words: str,
    *,
    region: str | None = None,
    ar: int | None = None,
    omrade: int | None = None,
) -> list[Traff]:
    """Blocks of the reports that hold all of the words, in the order of the reports.

    :param con: a release's database.
    """
    terms = wanted(words)
    if not terms or not has_text(con):
        return []
    conditions, values = ["contains(lower(text), ?)"] * len(terms), list[object](terms)
    for column, value in (("lower(region)", region and region.lower()), ("ar", ar), ("omrade", omrade)):
        if value is not None:
            conditions.append(f"{column} = ?")
            values.append(value)
    rows = con.execute(
        "select region, ar, overenskommelse, omrade, sida, rad_fran, text from mart.rapporttext where "
        + " and ".join(conditions)
        + " order by region, ar, overenskommelse, nr",
        values,
    ).fetchall()
    return [
        Traff(
            region, year, agreement, area, page, line, _around(text, max(text.lower().find(terms[0]), 0), len(terms[0]))
        )
        for region, year, agreement, area, page, line, text in rows
    ]


def _around(text: str, at: int, length: int) -> str:
    first, last = max(0, at - AROUND), min(len(text), at + length + AROUND)
    return f"{'…' if first else ''}{text[first:at]}[{text[at : at + length]}]{text[at + length : last]}{'…' if last < len(text) else ''}"


def write(folder: Path, con: duckdb.DuckDBPyConnection, made_up: Container[str] = ()) -> dict[str, list[object]] | None:
    """Write the page's search file, a script since a page on disk may load nothing else.

    :param made_up: the made-up deliveries; their reports are marked.
    :returns: the regions and years to choose from; None where there is no report.
    """
    if not has_text(con):
        return None
    rows = con.execute(
        "select region, ar, omrade, sida, rad_fran, text, leverans_id from mart.rapporttext"
        " order by region, ar, overenskommelse, nr"
    ).fetchall()
    fake = {(region, ar) for region, ar, *_, leverans_id in rows if leverans_id in made_up}
    reports = sorted({(region, ar) for region, ar, *_ in rows})
    number = {report: i for i, report in enumerate(reports)}
    data = {
        "andelser": endings(),
        "stam": STEM,
        "rapporter": [(*report, MARK if report in fake else "") for report in reports],
        "stycken": [(number[region, ar], omrade, sida, rad, text) for region, ar, omrade, sida, rad, text, _ in rows],
    }
    target = folder / DATA
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    target.write_text(f"window.RAPPORTTEXT={text};\n", encoding="utf-8")
    return {"regioner": sorted({r for r, _ in reports}), "ar": sorted({a for _, a in reports})}
