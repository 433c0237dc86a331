"""The dictionary of the marts' columns, ``seeds/published/kolumner.yml``: label, text, unit and decimals, once per name.

dbt's yml refers to the texts as doc blocks; ``python -m dagster_project.warehouse.columns`` writes those anew.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from dagster_project.settings import DBT, SEEDS, read_yaml

DICTIONARY = SEEDS / "published" / "kolumner.yml"
DOC_BLOCKS = DBT / "models" / "marts" / "_kolumner.md"


class Kolumnord(BaseModel):
    """What is said of a column: ``decimaler`` None is shown as it is; ``pseudonym``: it names persons, who in a release are
    called by that word and a number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rubrik: str
    enhet: str
    decimaler: int | None
    text: str
    pseudonym: str | None = None


@cache
def load(path: Path = DICTIONARY) -> dict[str, Kolumnord]:
    """The record of each column name."""
    return {name: Kolumnord.model_validate(about) for name, about in read_yaml(path).items()}


def doc_blocks() -> str:
    """The texts as dbt's doc blocks."""
    head = "<!-- Written by `make schema` out of seeds/published/kolumner.yml. -->\n"
    return head + "".join(f"{{% docs {name} %}}{about.text}{{% enddocs %}}\n" for name, about in load().items())


if __name__ == "__main__":
    DOC_BLOCKS.write_text(doc_blocks(), encoding="utf-8")
