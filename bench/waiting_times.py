"""The three-day measure from the regions' extracts to the marts, against peers on the same files with the same result.

``python -m bench.waiting_times`` makes visibly fake national extracts with the project's generator (a year as Parquet and as gzip csv, two
further months, four earlier years), and measures whole commands in processes of their own: a hand-written DuckDB script, polars and pandas
(:mod:`bench.peers`), and the monthly run's own work (:mod:`bench.door_to_mart`). Every cell of a peer is compared with ours. A year begins in
a home folder that has the frame of units and has built before, as an agency's has: dbt has parsed its project there.

All files lie below one folder: a temporary one, or ``--folder``, where extracts and the peers' figures are kept for the next time.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import duckdb

from bench.measure import Cost, machine, markdown, python, section, show
from dagster_project.settings import Home
from examples.generators.vantetid import DIRTY_KINDS, Extract, Format, generate, months_between, write_frame

YEAR, AR = 2020, 2021  # the year that is built; the reporting year, in which its further months fall
FORMATS: tuple[Format, ...] = ("parquet", "csv.gz")
HEADINGS = ("what", "contacts", "seconds", "processor s", "peak GB", "ratio", "ratio less fixed", "target")
FREE_PER_CONTACT = 80  # bytes of disk that must be free per contact made, everything counted

#: A reader that comes upon it fails.
NO_CONTACTS = b"not a Parquet file"


@dataclass(frozen=True)
class Size:
    """How large: contacts per month, whole years of history, months that pandas is given."""

    per_month: int
    history: int
    pandas_months: int

    @property
    def contacts(self) -> int:
        return self.per_month * 12 * self.history


FAST = Size(60_000, 2, 12)
FULL = Size(3_750_000, 5, 1)


class Bench:
    """The measurements of one size in one folder."""

    def __init__(self, size: Size, folder: Path) -> None:
        self.size, self.folder = size, folder
        self.kept = folder / "measured.json"
        known = json.loads(self.kept.read_text()) if self.kept.is_file() else {}
        self.costs = {name: Cost(**cost) for name, cost in known.items()}
        self.home = Home.at(folder / "home")
        self.used = folder / "home-used"

    def run(self) -> list[list[str]]:
        """Everything, in order; returns the rows of the table."""
        free = shutil.disk_usage(self.folder).free
        if free < (needed := FREE_PER_CONTACT * (self.size.contacts + 14 * self.size.per_month)):
            raise SystemExit(
                f"{needed / 1e9:.0f} GB of free disk are needed in {self.folder}, there are {free / 1e9:.0f}"
            )
        year = {kind: self.extracts(kind, months_between(f"{YEAR}-01", f"{YEAR}-12")) for kind in FORMATS}
        month, later = (self.extracts("parquet", [date(AR, number, 1)]) for number in (1, 2))
        history = [
            self.extracts("parquet", months_between(f"{past}-01", f"{past}-12"))
            for past in range(YEAR - self.size.history + 1, YEAR)
        ]
        for kind in FORMATS:
            for name in ("duckdb", "polars", "pandas"):
                self.peer(name, kind, year[kind][: self.size.pandas_months if name == "pandas" else 12])
        self.peer("duckdb", "month", month)

        self.use()
        self.fixed(year["parquet"])
        self.build("year csv.gz", year["csv.gz"], fresh=True)
        self.compare("csv.gz")
        self.build("year parquet", year["parquet"], fresh=True)
        self.compare("parquet")
        self.compare("month", made=False)
        self.rebuild()
        self.build("month after one year", month)
        self.compare("month")
        for past in history:
            self.build(f"history {past[0].stem[-7:-3]}", past)
        self.build("month after all", later)
        return self.rows()

    # --- steps --------------------------------------------------------------------------------------------------------

    def say(self, what: str) -> None:
        print(what, file=sys.stderr, flush=True)

    def step(self, name: str, work: Callable[[], Cost], again: bool = True) -> Cost:
        """Measure a step, or take what was measured before."""
        if again or name not in self.costs:
            self.say(f"measuring: {name}")
            self.costs[name] = work()
            self.say(f"  {self.costs[name].wall:.1f} s, {self.costs[name].peak / 1e9:.2f} GB")
            self.kept.write_text(json.dumps({name: asdict(cost) for name, cost in self.costs.items()}, indent=1))
        return self.costs[name]

    def extracts(self, kind: Format, months: Sequence[date], per_month: int | None = None) -> list[Path]:
        """The files of these months, made where they are not there yet, with all kinds of dirty row."""
        size = per_month or self.size.per_month
        folder = self.folder / f"extracts-{size}"
        found = []
        for month in months:
            path = folder / f"pahittad_vantetid_{month:%Y-%m}.{kind}"
            if not path.is_file():
                self.say(f"making {path.name}")
                dirty = dict.fromkeys(DIRTY_KINDS, 0.0005)
                generate(Extract(size, [month], dirty=dirty), folder, file_format=kind)
            found.append(path)
        if not (frame := self.frame).is_file():
            write_frame(Extract(1, [date(YEAR, 1, 1)]), frame)
        return found

    @property
    def frame(self) -> Path:
        return self.folder / "pahittad_enhetsregister.csv"

    def cells(self, name: str, kind: str) -> Path:
        return self.folder / f"cells-{name}-{kind}.parquet"

    def peer(self, name: str, kind: str, files: Sequence[Path]) -> None:
        out = self.cells(name, kind)
        self.step(
            f"{name} {kind}",
            lambda: python("-m", "bench.peers", name, str(out), str(self.frame), *map(str, files)),
            again=not out.is_file(),
        )

    def deliver(self, files: Sequence[Path]) -> None:
        for kalla, paths in (("enhetsregister", [self.frame]), ("vantetid_primarvard", files)):
            landing = self.home.landing / kalla
            landing.mkdir(parents=True, exist_ok=True)
            for path in paths:
                for file in (path, path.with_name(path.name + ".leverans.yml")):
                    target = landing / file.name
                    if not target.exists():
                        os.link(file, target)

    def build(self, name: str, files: Sequence[Path], *, fresh: bool = False) -> Cost:
        """Deliver the files, then the command from landing to the marts; ``fresh`` in a home without contacts."""
        if fresh:
            shutil.rmtree(self.home.root, ignore_errors=True)
            shutil.copytree(self.used, self.home.root)
        self.deliver(files)
        return self.step(name, lambda: python("-m", "bench.door_to_mart", str(self.home.root), str(AR)))

    def use(self) -> None:
        """A home folder with the frame of units, and a build of it."""
        for folder in (self.home.root, self.used):
            shutil.rmtree(folder, ignore_errors=True)
        self.build("first build of the frame of units alone", [])
        self.home.root.rename(self.used)

    def fixed(self, files: Sequence[Path]) -> None:
        """What the same commands take when there is next to nothing in the files: imports, dbt, a year's files, one file."""
        tiny = self.extracts("parquet", months_between(f"{YEAR}-01", f"{YEAR}-12"), per_month=500)
        assert len(tiny) == len(files)
        self.build("fixed year", tiny, fresh=True)
        self.build("fixed month", self.extracts("parquet", [date(AR, 1, 1)], per_month=500))

    def rebuild(self) -> None:
        """Build again with nothing new, with every file of contacts made unreadable."""
        contacts = self.home.raw / "vantetid_primarvard" / "kontakter"
        files = [path for path in contacts.glob("period=*/*.parquet") if path.parent.name != "period=schema"]
        for path in files:
            path.rename(path.with_suffix(".aside"))
            path.write_bytes(NO_CONTACTS)
        try:
            cost = self.build("rebuild with nothing new", [])
        finally:
            for path in files:
                path.with_suffix(".aside").replace(path)
        if json.loads(cost.out.splitlines()[-1])["judged"]:
            raise RuntimeError("a rebuild with nothing new has judged deliveries")

    def compare(self, kind: str, *, made: bool = True) -> None:
        """Every cell of the peers in our build, and no other in their months; the month that is not built yet has none.

        :raises RuntimeError: they differ.
        """
        ours = """
            select period, region_kod, vardenhet_id, yrkeskategori, kon, inom_tre_dagar, bedomningar, patientvald_vantan
            from ours.intermediate.int_vantetid_celler where period in (select period::date from theirs)"""
        with duckdb.connect() as con:
            con.execute(f"attach '{self.home.warehouse / f'{AR}.duckdb'}' as ours (read_only)")
            for path in sorted(self.folder.glob(f"cells-*-{kind}.parquet")):
                con.execute(f"create or replace temp view theirs as from '{path}'")
                [(mine, common)] = con.execute(f"""
                    with vara as ({ours}), deras as (
                        select period::date, region_kod, vardenhet_id, yrkeskategori, kon, inom_tre_dagar::bigint, bedomningar::bigint,
                            patientvald_vantan::bigint from theirs
                    )
                    select (select count(*) from vara), (select count(*) from (from vara intersect from deras))""").fetchall()
                [(other,)] = con.execute("select count(*) from theirs").fetchall()
                if (mine, common) != ((other, other) if made else (0, 0)):
                    raise RuntimeError(f"{path.stem}: {other} cells, ours are {mine}, of which {common} are the same")
                if made:
                    self.say(f"  {path.stem}: {other} cells, all the same")

    # --- the table ----------------------------------------------------------------------------------------------------

    def rows(self) -> list[list[str]]:
        year, month, fixed, one = (
            self.size.per_month * 12,
            self.size.per_month,
            self.costs["fixed year"].wall,
            self.costs["fixed month"].wall,
        )
        rows = []

        def number(count: int) -> str:
            return f"{count:,}".replace(",", " ")

        def row(
            what: str, name: str, contacts: int, peer: float | None = None, start: float = 0, target: str = ""
        ) -> None:
            cost = self.costs[name]
            ratios = [f"{(cost.wall - less) / peer:.2f}" if peer else "" for less in (0, start)]
            rows.append(
                [
                    what,
                    number(contacts),
                    f"{cost.wall:.1f}",
                    f"{cost.cpu:.1f}",
                    f"{cost.peak / 1e9:.2f}",
                    ratios[0],
                    ratios[1] if start else "",
                    target,
                ]
            )

        for kind in FORMATS:
            peer = self.costs[f"duckdb {kind}"].wall
            row(f"a year of {kind}: DuckDB script (peer)", f"duckdb {kind}", year, peer)
            row(f"a year of {kind}: polars, streaming", f"polars {kind}", year, peer)
            part = self.size.pandas_months
            row(f"{part} of 12 months of {kind}: pandas", f"pandas {kind}", part * month, peer * part / 12)
            row(f"a year of {kind}: door to mart", f"year {kind}", year, peer, fixed, "at most 2.0")
        row(
            "rebuild with nothing new, contacts unreadable", "rebuild with nothing new", 0, target="no work on contacts"
        )
        peer = self.costs["duckdb month"].wall
        row("one month: DuckDB script (peer)", "duckdb month", month, peer)
        row("one further month after 1 year", "month after one year", month, peer, one, "at most 1.5")
        all_years = self.size.history
        row(
            f"one further month after {all_years} years", "month after all", month, peer, one, "at most 1.5; under 4 GB"
        )
        more, less = self.costs["month after all"].wall, self.costs["month after one year"].wall
        rows.append(
            [
                f"… after {all_years} years to after 1 year",
                "",
                "",
                "",
                "",
                f"{more / less:.2f}",
                f"{(more - one) / (less - one):.2f}",
                "at most 1.2",
            ]
        )
        past = [cost for name, cost in self.costs.items() if name.startswith("history ")]
        peak = max(cost.peak for name, cost in self.costs.items() if name.startswith(("history ", "month ", "year ")))
        rows.append(
            [
                f"highest peak of all builds, {number(self.size.contacts)} contacts in history",
                "",
                f"{sum(c.wall for c in past):.1f}",
                f"{sum(c.cpu for c in past):.1f}",
                f"{peak / 1e9:.2f}",
                "",
                "",
                "under 4 GB",
            ]
        )
        row("fixed: a year's 12 files with 500 contacts each", "fixed year", 6000)
        row("fixed: one further file with 500 contacts", "fixed month", 500)
        row("first build of a home folder, the frame of units alone", "first build of the frame of units alone", 0)
        return rows


def run(size: Size = FAST, folder: Path | None = None, write: bool = False) -> None:
    """Measure and print the table; with ``write`` also into docs/performance.md."""
    with tempfile.TemporaryDirectory() as temporary:
        work = folder or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        rows = Bench(size, work.resolve()).run()
    show("Waiting times, door to mart", HEADINGS, rows)
    if write:
        section("waiting times", f"{machine()}\n\n{markdown(HEADINGS, rows)}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.waiting_times", description=__doc__)
    parser.add_argument(
        "--full", action="store_true", help="national size: 45 million contacts a year, 225 million in five years"
    )
    parser.add_argument("--per-month", type=int, help="contacts per month")
    parser.add_argument("--history", type=int, help="years, the measured one counted")
    parser.add_argument("--folder", type=Path, help="where everything is put, and kept; otherwise a temporary folder")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    standard = FULL if options.full else FAST
    size = Size(options.per_month or standard.per_month, options.history or standard.history, standard.pandas_months)
    run(size, options.folder, options.write)


if __name__ == "__main__":
    main()
