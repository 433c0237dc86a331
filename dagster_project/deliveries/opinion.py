"""When Great Expectations is asked for its opinion: each time that a rule, as it now stands, comes to an outcome for the first time.

A rule that has passed and has failed rows, and was read alike both times, is not asked about again until rules or code change. What has
been asked is kept beside the build databases; where that is lost, it is asked anew.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from dagster_project.settings import Home
from dagster_project.validation import gx

log = logging.getLogger("uppfoljning.deliveries")


def differences(home: Home, kalla: str, rules: str, partier: Sequence[gx.Parti], work: Path) -> list[str]:
    """Where Great Expectations finds other rows than the door did; that it could not be asked is such a difference too.

    :param rules: the hash of the rules that the deliveries were judged by.
    :param partier: the deliveries of a source that were judged.
    :param work: an existing folder for a database.
    """
    path = home.warehouse / "jamfort" / f"{kalla}.json"
    known = _known(path, under := f"{rules} {version('great-expectations')}")
    wanted = [parti for parti in partier if not _outcomes(parti) <= known]
    if not wanted:
        return []
    try:
        said = gx.differences(kalla, wanted, work)
    except Exception as error:
        log.exception("%s: Great Expectations could not be run", kalla)
        return [f"{kalla}: {type(error).__name__}"]
    if not said:
        path.parent.mkdir(parents=True, exist_ok=True)
        asked = sorted(known.union(*map(_outcomes, wanted)))
        path.write_text(json.dumps({"regler": under, "utfall": asked}, ensure_ascii=False), encoding="utf-8")
    return said


def _outcomes(parti: gx.Parti) -> set[tuple[str, str]]:
    return {(check.kod, str(check.utfall)) for _, check in parti.run}


def _known(path: Path, under: str) -> set[tuple[str, str]]:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return {(kod, utfall) for kod, utfall in note["utfall"]} if note["regler"] == under else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()
