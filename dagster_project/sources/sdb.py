"""Socialstyrelsen's statistics database: saved answers of its open API."""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(_: Format) -> dict[str, str]:
    return {
        "varden": f"""
            select {COMMON}, matt, region_kod, ar, kon, alder, null::bigint as taljare, null::bigint as namnare, varde,
                varde_markering as markering, fraga, sida, nasta_sida
            from godkand"""
    }


SOURCE = Source("sdb", tables)
