"""The harness that runs dbt on hand-made raw tables is shared with tests/dbt; the models' SQL is compiled once in a run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "dbt"))

from compiled import Compiled
from reference import Lists

LISTS = Lists.read(Path(__file__).resolve().parents[2] / "seeds")


@pytest.fixture(scope="module")
def compiled(
    once: Callable[[str, Callable[[Path], object]], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Compiled]:
    """The models of the three-day measure, to be run on examples."""
    made = once("vantetid", lambda folder: Compiled.compile(folder, LISTS))
    compiled = Compiled(made, tmp_path_factory.mktemp("vantetid"), LISTS)
    yield compiled
    compiled.con.close()
