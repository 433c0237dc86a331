"""Enhetsregister: the frame of units that should report waiting times, with the days each is valid in its region.

A newer delivery replaces a region's frame whole, for all days: the validity in the rows is the history.
"""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(_: Format) -> dict[str, str]:
    return {
        "enheter": f"select {COMMON}, region_kod, vardenhet_id, namn, agarform, giltig_fran, giltig_till from godkand"
    }


SOURCE = Source("enhetsregister", tables)
