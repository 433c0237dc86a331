"""Response rates against their thresholds: suite ``svarsfrekvens`` over ``mart.svarsfrekvens``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from dagster_project.validation import executor, suites
from dagster_project.validation.suites import Kontroll, Utfall

SUITE = suites.SVARSFREKVENS

#: The mart with a number for each row.
ROWS = "(select row_number() over () as _nr, * from mart.svarsfrekvens)"


def check(build_db: Path, day: date | None = None) -> list[Kontroll]:
    """One outcome per source and threshold; the blocking ones hold the source's marts.

    :param day: the day whose thresholds hold.
    """
    with duckdb.connect(str(build_db), read_only=True) as con:
        columns = frozenset(name for name, *_ in con.execute("describe mart.svarsfrekvens").fetchall())
        return executor.run(con, suites.rules(SUITE), ROWS, columns, parameters(day))


def parameters(day: date | None = None) -> dict[str, float]:
    """The thresholds as the suite names them: ``<source>__<threshold>``."""
    return {
        f"{kalla}__{name}": value for kalla, values in suites.thresholds(day).items() for name, value in values.items()
    }


def message(check: Kontroll) -> str:
    """What a check says, in Swedish."""
    found = check.observerat
    return check.regel.meddelande.format(hittat=f"{float(found):.0f}" if found else "okänd")


def sources_held(checks: list[Kontroll]) -> dict[str, str]:
    """Sources whose marts must keep their last good state, with the reason."""
    return {str(c.regel.kalla): message(c) for c in checks if c.regel.fel and c.utfall == Utfall.UNDERKAND}
