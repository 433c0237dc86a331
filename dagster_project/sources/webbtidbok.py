"""Webbtidbok (Inera): number of units per region that show, and that let book, times on the web. Counts of organisations."""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(_: Format) -> dict[str, str]:
    return {"mottagningar": f"select {COMMON}, region_kod, visa_tid, boka_tid from godkand"}


SOURCE = Source("webbtidbok", tables)
