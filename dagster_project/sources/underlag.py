"""Underlag: interviews, dialogues, viewpoints, a summary per region, and codes on what municipalities say. A row without a decision
is not coded."""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(spec: Format) -> dict[str, str]:
    columns = ", ".join(k.namn for k in spec.kolumner if k.namn != "period")
    return {
        "rader": f"""
            select {COMMON}, year(_period)::integer as ar, {columns}
            from godkand
            where slag <> 'kodning' or beslut is not null"""
    }


SOURCE = Source("underlag", tables)
