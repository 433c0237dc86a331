"""What a verdict rests on besides the delivery, declared: code, code lists, formats, suite and thresholds."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from dagster_project.settings import SEEDS
from dagster_project.validation import suites

PACKAGE = Path(__file__).parent.parent

#: The code that judges, whatever the source; below ``dagster_project``.
CODE = ("sql.py", "reading/*.py", "deliveries/*.py", "validation/*.py", "sources/__init__.py")

#: The reference data that it reads; below ``seeds``.
LISTS = (
    "agreements/leveranskrav.csv",
    "agreements/overenskommelser.csv",
    "agreements/skyldigheter.csv",
    "formats/kodlistor*.csv",
    "formats/radord.csv",
    "indicators/serier.csv",
    "nulagesrapport/punkter.csv",
    "reference/fornamn.csv",
    "reference/kallor.csv",
    "reference/kommuner.csv",
    "reference/regionalias.csv",
    "reference/regioner.csv",
    "reference/upphorda_lan.csv",
    "surveys/enkatfragor.csv",
    "underlag/kommunkodram.csv",
    "underlag/teman.csv",
)


def files(kalla: str) -> list[Path]:
    """Every file that a verdict on a source's delivery rests on besides the delivery."""
    code = [*CODE, f"sources/{kalla}.py", f"sources/{kalla}/*.py"]
    lists = [*LISTS, f"formats/{kalla}/*.yml", f"{kalla}/*"]
    return [
        *(path for pattern in code for path in sorted(PACKAGE.glob(pattern))),
        *(path for pattern in lists for path in sorted(SEEDS.glob(pattern))),
        suites.suite_path(kalla),
    ]


@cache
def rulebook(kalla: str) -> str:
    """A hash of everything that a verdict depends on besides the delivery: :func:`files` and the source's thresholds."""
    digest = hashlib.sha256()
    for path in files(kalla):
        digest.update(path.read_bytes())
    digest.update(repr(suites.stated_thresholds().get(kalla)).encode())
    return digest.hexdigest()[:16]
