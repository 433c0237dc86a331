"""Socialstyrelsen's own statistical database: published figures per subject, region and month, in the layout it exports.

The database shows a rolling year only, so every extraction is kept; the newest one of a subject and month counts.
"""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(_: Format) -> dict[str, str]:
    return {"varden": f"select {COMMON}, amne, region_kod, period, varde, status, uttagen from godkand"}


SOURCE = Source("statistikdatabas", tables)
