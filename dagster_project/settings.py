"""Where things live, and which reporting year is meant.

Everything that depends on the machine or on the user's choice is here; the rooms get a :class:`Home` and never look at the
environment themselves. Settings come from ``UPPFOLJNING_*`` environment variables or from the command line, in that order of
weakness.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

#: The checkout: dbt project, seeds, suites and examples live beside the package.
PROJECT = Path(__file__).resolve().parent.parent
DBT = PROJECT / "dbt"
SEEDS = PROJECT / "seeds"
EXPECTATIONS = PROJECT / "expectations"
EXAMPLES = PROJECT / "examples"


def read_yaml(path: Path) -> Any:
    """The content of one of the project's own YAML files.

    :raises yaml.YAMLError: it is not well written.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


def _stated(name: str, default: str) -> str:
    return os.environ.get(f"UPPFOLJNING_{name}") or default


def _year() -> int:
    stated = _stated("REPORTING_YEAR", "2020")
    if not stated.isdecimal():
        raise ValueError(f"UPPFOLJNING_REPORTING_YEAR is {stated}: state a year")
    return int(stated)


@dataclass(frozen=True)
class Settings:
    """Settings from the environment, prefix ``UPPFOLJNING_``.

    :param home: the home folder: landing, register, raw, releases.
    :param reporting_year: reporting year of the scheduled annual build.
    :param annual_build_cron: when the scheduled annual build runs.
    """

    home: Path = field(default_factory=lambda: Path(_stated("HOME", "data")))
    reporting_year: int = field(default_factory=_year)
    annual_build_cron: str = field(default_factory=lambda: _stated("ANNUAL_BUILD_CRON", "0 5 1 6 *"))


@dataclass(frozen=True)
class Home:
    """The folders below one home folder. Nothing is created before :meth:`create`."""

    root: Path

    @classmethod
    def at(cls, path: Path | str | None = None) -> Home:
        """The home folder at ``path``, or where ``UPPFOLJNING_HOME`` says, or ``./data``."""
        return cls((Path(path) if path is not None else Settings().home).expanduser().resolve())

    @cached_property
    def landing(self) -> Path:
        return self.root / "landing"

    @cached_property
    def register(self) -> Path:
        return self.root / "register.sqlite"

    @cached_property
    def originals(self) -> Path:
        return self.root / "originals"

    @cached_property
    def raw(self) -> Path:
        return self.root / "raw"

    @cached_property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @cached_property
    def reports(self) -> Path:
        return self.root / "reports"

    @cached_property
    def datadocs(self) -> Path:
        return self.root / "datadocs"

    @cached_property
    def warehouse(self) -> Path:
        return self.root / "warehouse"

    @cached_property
    def releases(self) -> Path:
        return self.root / "releases"

    @cached_property
    def dolda_namn(self) -> Path:
        """The names that an analyst has marked, a line each: they are hidden in all that is published."""
        return self.root / "dolda_namn.txt"

    @cached_property
    def harkomst(self) -> Path:
        return self.root / "harkomst"

    @cached_property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @cached_property
    def tmp(self) -> Path:
        """Working folders of a build. Whoever gets the lock on the home folder empties it."""
        return self.root / "tmp"

    def exists(self) -> bool:
        return self.landing.is_dir()

    def create(self) -> None:
        """Make the home folder and its rooms. Idempotent.

        What is delivered, and what tells of it, is for the owner and the owner's group; only releases are for others too.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        for folder in (
            self.landing,
            self.originals,
            self.raw,
            self.quarantine,
            self.reports,
            self.datadocs,
            self.warehouse,
            self.harkomst,
            self.dagster,
            self.tmp,
        ):
            folder.mkdir(mode=0o750, exist_ok=True)
        self.releases.mkdir(exist_ok=True)
