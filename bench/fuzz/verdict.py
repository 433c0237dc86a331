"""What came out held against what may come out."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bench.fuzz.case import Base, Case, Patch, Seen
from dagster_project.reading import guard

#: Columns that say where a row stood and not what it says.
PLACE = ("_leverans_id", "_blad", "_rad")
#: Columns about the pages of an answer; no figure.
PAGES = ("fraga", "sida", "nasta_sida")

Row = tuple[str, tuple[tuple[str, str], ...]]


def outcome(case: Case, base: Base, seen: Seen | None, told_outside: bool) -> tuple[str, str]:
    """``right``, ``told`` or a kind of failure, and for a failure what it was.

    :param seen: what the door made of it; None when it is not in the register.
    :param told_outside: whether it was told as something that is no delivery.
    """
    assert base.seen is not None
    if seen is None:
        return ("told", "") if told_outside else ("not-registered", "not in the register and not told")
    if seen.bedomning == guard.KOD:
        return "told", guard.KOD
    if seen.bedomning == "avvisad":
        return ("told", "") if seen.findings else ("rejected-without-a-word", "")
    if case.mottagen and seen.mottagen != case.mottagen:
        return "wrong-time", f"mottagen {seen.mottagen}, expected {case.mottagen}"
    before = {(kod, rad, kolumn) for _, kod, rad, kolumn, _ in base.seen.findings}
    news = [f for f in seen.findings if f[1:4] not in before]
    if case.anything:
        return ("told", "") if news else ("right", "")
    skip = PAGES if case.kind.startswith("json") else ()
    got = _counted(seen, None, skip)
    differing: tuple[Counter[Row], Counter[Row]] | None = None
    for patch in case.allowed:
        expected = _counted(base.seen, patch, skip)
        if got == expected:
            return "right", ""
        if differing is None:
            differing = (expected - got, got - expected)
    if differing is None:
        return ("told", "") if news else ("wrong", f"nothing told; {_sample(seen, case)}")
    missing, extra = differing
    whole = any(rad is None for _, _, rad, _, _ in news)
    rows_told = {rad for *_, rad, _, _ in news if rad is not None}
    if whole:
        return "told", ""
    odd = {rad for row, rad in _placed(seen, skip) if row in extra} - rows_told
    gone = {rad for row, rad in _placed(base.seen, skip) if row in missing} - rows_told
    columns = {kolumn for _, _, _, kolumn, _ in news if kolumn}
    if odd and not columns:
        return "wrong", f"rows {sorted(odd)[:3]}: {_difference(missing, extra)}"
    if gone and len(gone) > len(rows_told):
        return "row-gone", f"rows {sorted(gone)[:3]}: {_difference(missing, extra)}"
    return "told", ""


def _cells(table: str, row: dict[str, Any], skip: tuple[str, ...]) -> Row:
    return table, tuple(sorted((k, str(v)) for k, v in row.items() if k not in (*PLACE, *skip)))


def _placed(seen: Seen, skip: tuple[str, ...]) -> list[tuple[Row, int]]:
    return [(_cells(table, row, skip), rad) for table, rad, row in seen.rows]


def _counted(seen: Seen, patch: Patch | None, skip: tuple[str, ...]) -> Counter[Row]:
    found: Counter[Row] = Counter()
    for table, rad, row in seen.rows:
        changed = _patched(row, patch) if patch and patch.row == rad else row
        if changed is not None:
            found[_cells(table, changed, skip)] += 1
    return found


def _patched(row: dict[str, Any], patch: Patch) -> dict[str, Any] | None:
    """The row under another reading. In a table with a row per cell, the cell's row names its column, and none is left of a blank one."""
    if patch.column in row:
        return {**row, str(patch.column): patch.value}
    if patch.column not in row.values():
        return row
    return None if patch.value is None else {k: patch.value if str(v) == str(patch.old) else v for k, v in row.items()}


def _difference(missing: Counter[Row], extra: Counter[Row]) -> str:
    for _, row in extra:
        near = min((m for _, m in missing), key=lambda m: len(set(row) - set(m)), default=())
        return f"{dict(sorted(set(row) - set(near)))} for {dict(sorted(set(near) - set(row)))}"[:300]
    return f"missing {dict(next(iter(missing))[1])}"[:300] if missing else ""


def _sample(seen: Seen, case: Case) -> str:
    return f"{len(seen.rows)} rows, verdict {seen.bedomning}, {case.note}"[:300]
