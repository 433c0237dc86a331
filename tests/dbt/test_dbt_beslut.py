"""Deciding bodies, years and status out of Tabell 1's texts, against a coding that people made by reading."""

from __future__ import annotations

from pathlib import Path

from dbt_harness import query
from facit import table


def test_derived_as_coded_by_hand(printed_year: Path) -> None:
    coded = {
        row["region"]: (row["dokumentstatus_kod"], row["beslutsorgan"], row["beslutsar"])
        for row in table("seed002/tables/tabell_1_kodad_harledd")
    }
    # The coder noted the year in which the document was drawn up, within brackets; no year of decision is printed.
    assert coded["Jönköpings län"] == ("beslutad", "regionfullmäktige", "(2016 framtagen)")
    coded["Jönköpings län"] = ("beslutad", "regionfullmäktige", "")
    mart = query(
        printed_year, "select region, status, beslutsorgan, beslutsar from mart.inriktningsdokument where ar = 2020"
    )
    derived = {row[0]: tuple(row[1:]) for row in mart.fillna("").itertuples(index=False, name=None)}
    assert derived == coded
