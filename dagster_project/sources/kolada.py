"""Kolada (RKA): published key figures per region, year and sex. A value that Kolada has deleted covers its block and is left out."""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(_: Format) -> dict[str, str]:
    return {
        "varden": f"""
            select {COMMON}, matt, region_kod, ar, kon, null::bigint as taljare, null::bigint as namnare, varde,
                null::varchar as markering, fraga, sida, nasta_sida
            from godkand where borttagen = 'nej'"""
    }


SOURCE = Source("kolada", tables)
