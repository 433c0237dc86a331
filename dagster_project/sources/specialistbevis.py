"""Specialist certificates issued per specialty and year. A row with the total is checked at the door and not kept."""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(_: Format) -> dict[str, str]:
    return {
        "bevis": f"""
            select {COMMON}, region_kod, ar, kon, specialitet, antal from godkand
            where not regexp_matches(lower(specialitet), '^(totalt?|samtliga|summa)')"""
    }


SOURCE = Source("specialistbevis", tables)
