"""Räkenskapssammandraget: a region's costs by component, turned into one row per component. A blank component has no row."""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source

KEYS = ("ar", "region_kod")


def tables(spec: Format) -> dict[str, str]:
    each = [
        f"select {COMMON}, region_kod, ar, '{k.namn}' as komponent, {k.namn} as belopp from godkand where {k.namn} is not null"
        for k in spec.kolumner
        if k.namn not in KEYS
    ]
    return {"kostnader": " union all ".join(each)}


SOURCE = Source("rakenskap", tables, values="pivot {raw} on komponent using max(belopp)")
