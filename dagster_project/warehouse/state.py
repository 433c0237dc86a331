"""What a build rests on, and what it found: the fingerprint of its inputs and the marts it holds back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dagster_project.deliveries.register import Register
from dagster_project.settings import PROJECT, Home
from dagster_project.warehouse import project


@cache
def code_version() -> str:
    """The package's version and a hash of all code and data of the project that figures depend on."""
    digest = hashlib.sha256()
    for path in [*sorted((PROJECT / "dagster_project").rglob("*.py")), *project.files()]:
        digest.update(path.relative_to(PROJECT).as_posix().encode())
        digest.update(path.read_bytes())
    return f"{version('uppfoljning')}+{digest.hexdigest()[:12]}"


def deliveries_used(register: Register, ar: int) -> list[dict[str, Any]]:
    """The deliveries of which at least one block counts in reporting year ``ar``, in the register's order."""
    used = {t["leverans_id"] for t in register.tackning(ar) if t["gallande"]}
    return [row for row in register.leveranser() if row["leverans_id"] in used]


def fingerprint(register: Register, ar: int, held: Mapping[str, str]) -> str:
    """A hash of all that a release for ``ar`` depends on: code, rules, every delivery's fate, and the marts held back."""
    kept = ("leverans_id", "status", "mottagen", "respondent", "period", "rader_godkanda", "rader_karantan")
    fates = [[row[k] for k in kept] for row in register.leveranser()]
    blocks = [
        [t["leverans_id"], t["respondent"], t["period"], t["rader"], t["gallande"]] for t in register.tackning(ar)
    ]
    content = json.dumps([ar, code_version(), fates, blocks, sorted(held.items())], ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def _path(home: Home, ar: int) -> Path:
    return home.warehouse / f"{ar}.tillstand.json"


def write_held(home: Home, ar: int, held: Mapping[str, str]) -> None:
    """Note which marts of the build keep their last good state, and why."""
    _path(home, ar).write_text(json.dumps(dict(held), ensure_ascii=False, indent=2), encoding="utf-8")


def read_held(home: Home, ar: int) -> dict[str, str]:
    path = _path(home, ar)
    held: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return held
