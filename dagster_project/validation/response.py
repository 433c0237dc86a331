"""Response rates against their thresholds: suite ``svarsfrekvens`` over ``mart.svarsfrekvens``."""

from __future__ import annotations

from pathlib import Path

from dagster_project.validation import suites
from dagster_project.validation.suites import Kontroll, Utfall

SUITE = "svarsfrekvens"


def check(build_db: Path, page: Path | None) -> list[Kontroll]:
    """One outcome per source and threshold; the blocking ones hold the source's marts."""
    parameters = {
        f"{kalla}__{name}": value for kalla, values in suites.thresholds().items() for name, value in values.items()
    }
    return suites.run(SUITE, build_db, "svarsfrekvens", schema="mart", keyed=False, page=page, parameters=parameters)


def message(check: Kontroll) -> str:
    """What a check says, in Swedish."""
    found = (check.observerat or "").split(",")[0]
    text: str = check.meta["meddelande"]
    return text.format(hittat=f"{float(found):.0f}" if found else "okänd")


def sources_held(checks: list[Kontroll]) -> dict[str, str]:
    """Sources whose marts must keep their last good state, with the reason."""
    return {c.meta["kalla"]: message(c) for c in checks if c.blockerande and c.utfall == Utfall.UNDERKAND}
