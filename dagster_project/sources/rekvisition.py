"""Requisitions of funds: one row per form. Names, addresses and numbers of contact persons stay in the original."""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(_: Format) -> dict[str, str]:
    return {
        "blanketter": f"""
            select {COMMON}, mottagare, organisationsnummer, overenskommelse, diarienummer, diarienummer_beslut, ar,
                belopp, datum, underskrift is not null as undertecknad
            from godkand"""
    }


SOURCE = Source("rekvisition", tables)
