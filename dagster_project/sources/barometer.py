"""Hälso- och sjukvårdsbarometern: number of answers per option. Which options count is data, in ``seeds/indicators``."""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(_: Format) -> dict[str, str]:
    return {"svar": f"select {COMMON}, region_kod, ar, kon, fraga, svarsalternativ, antal from godkand"}


SOURCE = Source("barometer", tables)
