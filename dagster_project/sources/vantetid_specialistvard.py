"""Waiting in specialist care: per region, month and group the numbers waiting, and how many units reported. Counts, no persons.

A row of a unit is there to be held against its region's row, and goes no further.
"""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(_: Format) -> dict[str, str]:
    return {
        "vantande": f"""
            select {COMMON}, region_kod, grupp, vantande, vantande_inom_90, vantande_inom_60, patientvald_vantan,
                enheter_rapporterat, enheter_forvantat, rapporterad
            from godkand where enhet is null"""
    }


SOURCE = Source("vantetid_specialistvard", tables)
