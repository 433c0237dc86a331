"""Inriktningsdokument: per region and year its strategy document, the political decision, and the document shared with municipalities."""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(_: Format) -> dict[str, str]:
    return {
        "dokument": f"""
            select {COMMON}, region_kod, year(_period)::integer as ar, dokument, politiskt_beslut, gemensamt_dokument
            from godkand"""
    }


SOURCE = Source("inriktningsdokument", tables)
