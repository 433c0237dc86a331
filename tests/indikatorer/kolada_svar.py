"""Answers in Kolada's form, made by hand."""

from __future__ import annotations

from typing import Any

ADDRESS = "https://kolada.example/v3/data/kpi/N71000/year/2024?region_type=L"


def entry(kpi: str, region: str, year: int, value: float | None, deleted: bool = False) -> dict[str, Any]:
    values = [{"gender": "T", "count": 1, "status": "", "value": value, "isdeleted": deleted}]
    return {"kpi": kpi, "municipality": region, "period": year, "values": values}


def page(entries: list[dict[str, Any]], number: int, last: int) -> dict[str, Any]:
    return {
        "values": entries,
        "count": len(entries),
        "next_url": f"{ADDRESS}&page={number + 1}" if number < last else None,
        "previous_url": f"{ADDRESS}&page={number - 1}" if number > 1 else None,
    }
