"""Population per region on the last of December."""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(_: Format) -> dict[str, str]:
    return {"folkmangd": f"select {COMMON}, region_kod, ar, kon, antal from godkand"}


SOURCE = Source("befolkning", tables)
