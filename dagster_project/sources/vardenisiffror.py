"""Vården i siffror: measures with numerator and denominator, from its csv export."""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(_: Format) -> dict[str, str]:
    return {
        "varden": f"""
            select {COMMON}, matt, region_kod, ar, kon, taljare, namnare, varde, varde_markering as markering from godkand"""
    }


SOURCE = Source("vardenisiffror", tables)
