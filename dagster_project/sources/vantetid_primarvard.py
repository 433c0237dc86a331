"""Väntetidsdatabasen, primary care: one row per contact, in large extracts. A delivery replaces a region's month of visits whole.

Of several rows with the same contact in a region's month the last one is here, the others are in quarantine. Contacts without a visit
are kept in the month of contact with no respondent: they belong to no block and are never counted.
"""

from dagster_project.reading.formats import Format
from dagster_project.sources import COMMON, Source


def tables(_: Format) -> dict[str, str]:
    return {
        "kontakter": f"""
            select {COMMON}, region_kod, vardenhet_id, kontakt_id, yrkeskategori, kon, fodelsear, lkf, vardgaranti, nytt_eller_forsamrat,
                avvikelse, vardkontakt, kontakt_datum, besok_datum
            from godkand"""
    }


SOURCE = Source("vantetid_primarvard", tables, ram="enhetsregister/enheter")
