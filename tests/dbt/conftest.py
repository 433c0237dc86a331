"""Two builds that the tests of dbt share: all sources as printed for 2020, and none at all."""

from __future__ import annotations

from pathlib import Path

import printed_deliveries
import pytest
from dbt_harness import Raw, dbt


@pytest.fixture(scope="session")
def printed_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build whose deliveries add up to the printed tables, with corrections, doubles and gaps in them."""
    folder = tmp_path_factory.mktemp("tryckt")
    printed_deliveries.deliveries().write(folder / "raw")
    dbt(folder, "build", trosklar=printed_deliveries.TROSKLAR)
    return folder


@pytest.fixture(scope="session")
def empty_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build to which nothing was delivered."""
    folder = tmp_path_factory.mktemp("tomt")
    Raw().write(folder / "raw")
    dbt(folder, "build", "--exclude-resource-type", "unit_test")
    return folder
