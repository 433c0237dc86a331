"""Deciding bodies, years and status out of Tabell 1's texts, against a coding that people made by reading."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from dbt_harness import PROJECT, query

CODED = PROJECT.parent / "shared" / "domain" / "seed002" / "tables" / "tabell_1_kodad_harledd.csv"


@pytest.mark.skipif(not CODED.is_file(), reason=f"the coded table is not here: {CODED}")
def test_derived_as_coded_by_hand(printed_year: Path) -> None:
    with CODED.open(encoding="utf-8", newline="") as file:
        coded = {
            row["region"]: (row["dokumentstatus_kod"], row["beslutsorgan"], row["beslutsar"])
            for row in csv.DictReader(file)
        }
    # The coder noted the year in which the document was drawn up, within brackets; no year of decision is printed.
    assert coded["Jönköpings län"] == ("beslutad", "regionfullmäktige", "(2016 framtagen)")
    coded["Jönköpings län"] = ("beslutad", "regionfullmäktige", "")
    mart = query(
        printed_year, "select region, status, beslutsorgan, beslutsar from mart.inriktningsdokument where ar = 2020"
    )
    derived = {row[0]: tuple(row[1:]) for row in mart.fillna("").itertuples(index=False, name=None)}
    assert derived == coded
