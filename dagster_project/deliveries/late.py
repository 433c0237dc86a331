"""What came after the cut-off of a report: not used in it, and listed."""

from __future__ import annotations

from typing import Any

from dagster_project.deliveries.register import ANY_YEAR, Register


def after_cutoff(register: Register, ar: int) -> list[dict[str, Any]]:
    """The deliveries about periods of the report of ``ar`` that were received after its cut-off, in the register's order.

    One that says nothing of its period is among them; one about later years only is not.
    """
    everything = register.leveranser()
    inside = {row["leverans_id"] for row in register.leveranser(ar=ar)}
    if len(inside) == len(everything):
        return []
    years: dict[str, list[int]] = {}
    for block in register.tackning(ANY_YEAR):
        years.setdefault(block["leverans_id"], []).append(int(block["period"][:4]))
    return [
        row
        for row in everything
        if row["leverans_id"] not in inside
        and min(years.get(row["leverans_id"], [int(row["period"][:4]) if row["period"] else ar])) <= ar
    ]
