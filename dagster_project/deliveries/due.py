"""Whether anybody asked for a delivery: the agreements and what they require, of whom and when."""

from __future__ import annotations

from datetime import date
from functools import cache

import duckdb

from dagster_project import sql
from dagster_project.deliveries.register_types import Block
from dagster_project.reading.findings import Anmarkning, anmark
from dagster_project.reading.formats import Format
from dagster_project.reading.sidecar import Sidofil
from dagster_project.settings import SEEDS

WHO = {"region": "regionerna", "kommun": "kommunerna", "rss": "RSS", "skr": "SKR"}


def remarks(con: duckdb.DuckDBPyConnection, spec: Format, side: Sidofil, blocks: list[Block]) -> list[Anmarkning]:
    """Remarks on an agreement under which nothing of the kind is asked for, of those who delivered and for any period delivered.

    Sources that no agreement asks for are not asked about. The agreement is the rows', otherwise the sidecar's.
    """
    columns = {column.namn for column in spec.kolumner}
    duty = (
        "rapportslag" if "rapportslag" in columns else sql.literal(spec.kalla)
    )  # a report says which obligation it meets
    if "overenskommelse" in columns:
        delivered = con.execute(
            f"select distinct overenskommelse, _respondent, _period, {duty} from godkand"
        ).fetchall()
    else:
        delivered = [(side.overenskommelse, block.respondent, block.period, spec.kalla) for block in blocks]
    kinds = sorted({spec.kalla, *(kind for *_, kind in delivered)})
    asked = [row for row in _asked() if row[-1] in kinds]
    years: dict[tuple[str, str], set[int]] = {}
    due = set()
    for agreement, respondent, period, kind in delivered:
        if agreement and respondent and asked:
            key = agreement, _kind(respondent)
            years.setdefault(key, set()).add(period.year)
            if any((*key, kind) == (a, who, what) and first <= period <= last for a, who, first, last, what in asked):
                due.add(key)
    found = []
    for agreement, kind in sorted(set(years) - due):
        when = ", ".join(map(str, sorted(years[agreement, kind])))
        found.append(
            anmark(
                "ej_begard",
                f"Överenskommelsen {agreement} begär ingen leverans av det här slaget från {WHO[kind]} för {when}. "
                "Leveransen tas emot, men kontrollera överenskommelse och period.",
                kolumn="overenskommelse",
                hittat=agreement,
                forvantat=", ".join(dict.fromkeys(f"{a} ({first.year})" for a, k, first, _, _ in asked if k == kind))
                or None,
            )
        )
    return found


@cache
def _asked() -> list[tuple[str, str, date, date, str]]:
    """What the agreements ask for, in order: agreement, from what kind of respondent, first and last day, source or obligation."""
    required, duties = (sql.path(SEEDS, f"agreements/{name}.csv") for name in ("leveranskrav", "skyldigheter"))
    with duckdb.connect() as con:
        rows: list[tuple[str, str, date, date, str]] = con.execute(f"""
            select overenskommelse, respondent_typ, period::date, period_slut::date, kalla from (
                select kalla, overenskommelse, respondent_typ, period, period_slut from read_csv({required}, all_varchar = true)
                union all
                select skyldighet, overenskommelse, respondent_typ, period, period_slut from read_csv({duties}, all_varchar = true))
            order by all""").fetchall()
    return rows


def _kind(respondent: str) -> str:
    """Region, municipality, RSS or SKR, by how the code looks."""
    return next(
        (kind for kind in ("rss", "skr") if respondent.startswith(kind)), "kommun" if len(respondent) == 4 else "region"
    )
