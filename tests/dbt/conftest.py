"""Two builds that the tests of dbt share: all sources as printed for 2020, and none at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import printed_deliveries
import pytest
from dbt_harness import Raw, dbt

Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def printed_year(once: Once) -> Path:
    """A build whose deliveries add up to the printed tables, with corrections, doubles and gaps in them."""

    def make(folder: Path) -> None:
        printed_deliveries.deliveries().write(folder / "raw")
        dbt(folder, "build", trosklar=printed_deliveries.TROSKLAR)

    return once("tryckt", make)


@pytest.fixture(scope="session")
def empty_year(once: Once) -> Path:
    """A build to which nothing was delivered."""

    def make(folder: Path) -> None:
        Raw().write(folder / "raw")
        dbt(folder, "build", "--exclude-resource-type", "unit_test")

    return once("tomt", make)
