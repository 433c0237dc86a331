"""Kodning: what an analyst decided on each proposal out of a status report, and what she added. A row without a decision is not coded."""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(spec: Format) -> dict[str, str]:
    columns = ", ".join(k.namn for k in spec.kolumner if k.namn not in ("period", "beslut"))
    return {
        "rader": f"select {COMMON}, beslut, year(_period)::integer as ar, {columns} from godkand where beslut is not null"
    }


SOURCE = Source("kodning", tables)
