"""Begin a reporting year from an earlier one: its folder, the rows that it needs in the files that years share, and a checklist.

Days are moved by the years between; what is copied and cannot be known to hold is marked. Nothing that an earlier year rests on is changed
but a last day: a row or a format that goes on from the new year on ends the day before.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from dagster_project import giltighet, rapporter
from dagster_project.errors import UserError
from dagster_project.rapporter import Rapport
from dagster_project.release import catalogue, chapters
from dagster_project.settings import DBT, SEEDS, read_yaml
from dagster_project.year import CHECKLIST, OPEN

Row = dict[str, str]
#: Files in a report's folder that begin with their headings only: what is printed is typed from print.
PRINTED = ("tryckta_varden.csv", "tryckta_tal.csv", "avvikelser.csv")
DECLARED = SEEDS / "published" / "sekretess.yml"
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass
class Begun:
    """What :func:`begin` has written: new files, and of shared files how many rows."""

    report: str
    files: list[Path] = field(default_factory=list)
    rows: dict[Path, int] = field(default_factory=dict)


def begin(ar: int, fran: int) -> Begun:
    """Write the report of ``ar`` as that of ``fran`` was, to be looked through.

    :raises UserError: there is such a report, or none to begin from.
    """
    before = rapporter.of(fran)
    report = f"{before.id.rpartition('_')[0]}_{ar}"
    folder = SEEDS / "rapporter" / report
    if not before.id:
        raise UserError(f"there is no report of {fran} to begin from: choose one of {_known()}")
    if ar <= fran:
        raise UserError(f"{ar} is not after {fran}: a report is begun from an earlier one")
    if rapporter.of(ar).id or folder.exists():
        raise UserError(
            f"{folder.relative_to(SEEDS.parent)} is there already: 'uppfoljning year check {ar}' says what is missing"
        )
    done = Begun(report)
    step = Step(before, ar, done)
    agreements = step.agreements()
    step.write(folder / "rapport.yml", step.said(agreements))
    own = (SEEDS / "rapporter" / before.id / chapters.OWN).read_text(encoding="utf-8")
    step.write(folder / chapters.OWN, step.records(own))
    for name in PRINTED:
        first = sorted((SEEDS / "rapporter").glob(f"*/{name}"))[-1]
        step.write(folder / name, first.read_text(encoding="utf-8").partition("\n")[0] + "\n")
    step.exposures()
    step.declared()
    step.requirements(dict(zip(before.overenskommelser, agreements, strict=False)))
    for survey in step.surveys():
        step.survey(survey)
    step.sources()
    step.write(folder / CHECKLIST, checklist(step))
    return done


class Step:
    """The step from one report to a later one."""

    def __init__(self, before: Rapport, ar: int, done: Begun) -> None:
        self.before, self.ar, self.done = before, ar, done
        self.years = ar - before.ar
        self.edition = catalogue.load(before.ar)

    # --- moving ------------------------------------------------------------------------------------------------------

    def moved(self, day: date) -> date:
        """The same day so many years later; the last of February stays the last."""
        later = day.year + self.years
        if (day.month, (day + timedelta(days=1)).day) == (2, 1):
            return date(later, 3, 1) - timedelta(days=1)
        return day.replace(year=later)

    def text(self, said: str) -> str:
        """A text with every year in it moved; a day that there is not is the last of its month."""
        moved = _YEAR.sub(lambda year: str(int(year[0]) + self.years), said)
        return moved if not re.fullmatch(r"\d{4}-02-29", moved) or int(moved[:4]) % 4 == 0 else f"{moved[:8]}28"

    # --- files -------------------------------------------------------------------------------------------------------

    def write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.done.files.append(path)

    def rewrite(self, path: Path, change: Callable[[Row], Row], also: Iterable[Row] = ()) -> None:
        """Change rows of a shared file and add some at its end; every other line stands as it was written."""
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read()
        ending = "\r\n" if "\r\n" in text else "\n"
        lines = text.removesuffix(ending).split(ending)
        columns, rows = lines[0].split(","), list(csv.DictReader(io.StringIO(text)))
        if len(rows) != len(lines) - 1:
            raise UserError(f"{_shown(path)}: a cell runs over several lines, so no row of it can be changed by itself")

        def written(row: Row) -> str:
            out = io.StringIO()
            csv.DictWriter(out, columns, lineterminator="").writerow(row)
            return out.getvalue()

        added = list(also)
        kept = [
            line if (new := change(row)) == row else written(new) for line, row in zip(lines[1:], rows, strict=True)
        ]
        whole = [lines[0], *kept, *map(written, added)]
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(ending.join(whole) + ending)
        if added:
            self.done.rows[path] = self.done.rows.get(path, 0) + len(added)

    def add(self, path: Path, rows: Iterable[Row]) -> None:
        self.rewrite(path, lambda row: row, rows)

    # --- the report --------------------------------------------------------------------------------------------------

    def agreements(self) -> list[str]:
        """The agreements that the report follows up: those that followed upon the earlier report's, else those themselves."""
        known = _rows("agreements/overenskommelser.csv")
        found = []
        for old in self.before.overenskommelser:
            [*later] = [row["overenskommelse"] for row in known if old in row["foregangare"].split(";")]
            found.append(later[0] if later else old)
        return found

    def said(self, agreements: list[str]) -> str:
        before, marked = self.before, f"  # {OPEN}: föreslaget efter {self.before.ar}"
        lines = [
            f"# The follow-up of {self.ar}, begun from {before.id}. What is marked is a proposal: mend it and take the mark away.",
            f"ar: {self.ar}",
            f"titel: {yaml.safe_dump(self._title(), allow_unicode=True).splitlines()[0]}{marked}",
            f"uppdrag: [{', '.join(before.uppdrag)}]",
            f"overenskommelser: [{', '.join(dict.fromkeys(agreements))}]{marked}",
        ]
        if before.insamling:
            lines.append(f"insamling: [{', '.join(self.moved(day).isoformat() for day in before.insamling)}]{marked}")
        for name in ("brytdag", "rapportdatum", "giltighetsdag"):
            if day := getattr(before, name):
                lines.append(f"{name}: {self.moved(day)}{marked}")
        lines.append(f"regionordning: {before.regionordning}")
        lines.append(f"regionnamn: {before.regionnamn}")
        chapters_said = [self._renamed(chapter) for chapter in before.kapitel]
        lines.append(
            yaml.safe_dump({"kapitel": chapters_said}, allow_unicode=True, sort_keys=False, width=200).rstrip()
        )
        return "\n".join(lines) + "\n"

    def _title(self) -> str:
        return self.text(self.before.titel).replace(str(self.ar), "{ar}")

    def _id(self, table: str) -> str:
        """An id that ends in the year of its report goes on to the year of this."""
        return re.sub(rf"_{self.before.ar}$", f"_{self.ar}", table)

    def _renamed(self, chapter: Any) -> Any:
        if isinstance(chapter, str) or "tabeller" not in chapter:
            return chapter
        return {**chapter, "tabeller": [self._id(table) for table in chapter["tabeller"]]}

    def records(self, own: str) -> str:
        """The earlier report's own tables with their words; notes are to be looked at, for they may speak of its figures."""
        lines = []
        for line in own.splitlines():
            if line.strip() == "noter:":
                indent = line[: -len("noter:")]
                lines.append(f"{indent}# {OPEN}: noterna är {self.before.ar} års, gäller de än?")
            if said := re.fullmatch(r"([ -]+(?:id|tabell): )(\w+)", line):
                line = str(said[1]) + self._id(str(said[2]))
            lines.append(line)
        return "\n".join(lines) + "\n"

    def _own(self) -> list[catalogue.Table]:
        common = {record["id"] for record in read_yaml(SEEDS / "rapporter" / chapters.SHARED)["tabeller"]}
        return [table for table in self.edition.tabeller if table.id not in common]

    def exposures(self) -> None:
        """What dbt is told of the report: which models it prints. A table that only the earlier report had has no model yet."""
        models = [f"tab_{table.modell}" for table in self._own() if table.modell]
        exposure = {
            "name": self.done.report,
            "label": self._title().format(ar=self.ar),
            "type": "analysis",
            "description": "Rapportens egna tabeller och bladen i dess arbetsbok.",
            "owner": {"name": "Socialstyrelsen"},
            "depends_on": [f"ref('{model}')" for model in models],
        }
        text = yaml.safe_dump({"version": 2, "exposures": [exposure]}, allow_unicode=True, sort_keys=False, width=200)
        self.write(DBT / "models" / "tabeller" / self.done.report / f"_{self.done.report}__exposures.yml", text)

    def declared(self) -> None:
        """Tables that are named by their year are declared where those before them are."""
        text = DECLARED.read_text(encoding="utf-8")
        for table in self._own():
            if (new := self._id(table.id)) != table.id:
                text = re.sub(rf"^(  - tabell\.){table.id}$", rf"\g<0>\n\g<1>{new}", text, flags=re.MULTILINE)
                self.done.rows[DECLARED] = self.done.rows.get(DECLARED, 0) + 1
        DECLARED.write_text(text, encoding="utf-8")

    # --- rows in shared files ----------------------------------------------------------------------------------------

    def requirements(self, followed: dict[str, str]) -> None:
        """What the earlier report's agreements asked for, a year later and under those that followed upon them."""
        path = SEEDS / "agreements" / "leveranskrav.csv"
        there = {(r["kalla"], r["overenskommelse"], r["period"]) for r in _rows("agreements/leveranskrav.csv")}
        new = [
            {
                **{name: self.text(value) for name, value in row.items()},
                "kalla": row["kalla"],
                "overenskommelse": followed[row["overenskommelse"]],
                "grund": f"{OPEN}: {row['grund']}",
                "foljs_fran": str(self.ar),
            }
            for row in _rows("agreements/leveranskrav.csv")
            if row["overenskommelse"] in followed and not row["foljs_till"]
        ]
        self.add(path, [row for row in new if (row["kalla"], row["overenskommelse"], row["period"]) not in there])

    def surveys(self) -> list[Row]:
        """The surveys whose answers the earlier report prints: those of the year before it."""
        return [
            row for row in _rows("surveys/undersokningar.csv") if row["undersokning"].endswith(f"_{self.before.ar - 1}")
        ]

    def survey(self, old: Row) -> None:
        """The survey asked again: itself, its questions, its format."""
        survey = self.text_of_key(old["undersokning"])
        new = {name: self.text(value) for name, value in old.items()}
        self.add(
            SEEDS / "surveys" / "undersokningar.csv",
            [{**new, "undersokning": survey, "kalla": old["kalla"], "beskrivning": f"{OPEN}: {new['beskrivning']}"}],
        )
        items = [row for row in _rows("surveys/enkatfragor.csv") if row["undersokning"] == old["undersokning"]]
        again = [{**row, "undersokning": survey, "referensperiod": self.text(row["referensperiod"])} for row in items]
        self.add(SEEDS / "surveys" / "enkatfragor.csv", again)
        path = SEEDS / "formats" / old["kalla"] / f"{old['undersokning']}.yml"
        text = path.read_text(encoding="utf-8")
        begins = date.fromisoformat(new["period"])
        ended = re.sub(r"^galler_till: .*\n", "", text, flags=re.MULTILINE)
        path.write_text(
            re.sub(
                r"^(galler_fran: .*\n)", rf"\g<1>galler_till: {begins - timedelta(days=1)}\n", ended, flags=re.MULTILINE
            ),
            encoding="utf-8",
        )
        moved = "\n".join(
            line if line.startswith(("#", "beskrivning:")) or "{namn:" in line else self.text_of_key(self.text(line))
            for line in ended.splitlines()
        )
        note = f"# {OPEN}: påbörjat efter {path.stem}. En fråga som inte ställs tas bort, en ny läggs till; se seeds/surveys/enkatfragor.csv."
        self.write(path.with_name(f"{survey}.yml"), f"{note}\n{moved}\n")

    def text_of_key(self, key: str) -> str:
        """A key that ends in a year, moved: ``kommunenkat_2019``."""
        return re.sub(r"_((?:19|20)\d\d)\b", lambda year: f"_{int(year[1]) + self.years}", key)

    def sources(self) -> None:
        """The sources that were collected for the earlier report, with a new window: what they were stays as it was."""
        path = SEEDS / "reference" / "kallor.csv"
        printed = {kalla for table in self.edition.tabeller for kalla in table.kallor}
        used = printed | {
            kalla for kalla in giltighet.at(_rows("reference/kallor.csv"), "kalla") if kalla == "underlag"
        }
        begins = date(self.ar, 1, 1)
        now = giltighet.at(_rows("reference/kallor.csv"), "kalla", self.before.gallande)
        going_on = {k: row for k, row in now.items() if k in used and row["insamling_till"] and not row["galler_till"]}

        def ended(row: Row) -> Row:
            mine = going_on.get(row["kalla"]) == row
            return {**row, "galler_till": (begins - timedelta(days=1)).isoformat()} if mine else row

        new = [
            {
                **row,
                "insamling_fran": self.text(row["insamling_fran"]),
                "insamling_till": self.text(row["insamling_till"]),
                "referensperiod": f"{OPEN}: {self.text(row['referensperiod'])}",
                "galler_fran": begins.isoformat(),
            }
            for row in going_on.values()
        ]
        self.rewrite(path, ended, new)


def checklist(step: Step) -> str:
    """What is to be done, in order, for this year."""
    ar, before = step.ar, step.before
    rows = "\n".join(f"- [ ] `{_shown(path)}`: {count} nya rader" for path, count in sorted(step.done.rows.items()))
    files = "\n".join(f"- [ ] `{_shown(path)}`" for path in step.done.files)
    tables = "\n".join(f"- [ ] {table.heading}" for table in step._own())
    return f"""# Rapporten {ar}: vad som är kvar att göra

Påbörjad efter {before.id}. `uppfoljning year check {ar}` säger vad som saknas; det som är märkt {OPEN} är kopierat eller flyttat ett år och
ska rättas eller bekräftas genom att märket tas bort.

## Nytt: gå igenom filerna
{files}

## Gå igenom de nya raderna
{rows}

## Förra årets tabeller: är de med, med vilket nummer, och gäller rubriker och noter?
{tables}

## Bara den som har läst årets dokument vet
- [ ] Ny överenskommelse: `seeds/agreements/overenskommelser.csv`, och dess krav (`leveranskrav.csv`, `skyldigheter.csv`), pengar
      (`medelstabeller.csv`, `poster.csv`, `summor.csv`, `fordelningsnycklar.csv`), områden (`omraden.csv`) och punkter
      (`seeds/nulagesrapport/punkter.csv`).
- [ ] Har en region eller kommun bytt namn, tillkommit eller upphört? `seeds/reference/regioner.csv`, `kommuner.csv`: avsluta raden
      (`galler_till`) och lägg en ny bredvid (`galler_fran`).
- [ ] Enkäten: frågor som inte ställs tas bort ur formatet och ur `enkatfragor.csv`, nya läggs till i båda.
- [ ] Har en leverantör ändrat sin fil? Ett nytt format i `seeds/formats/<källa>/`; det gamla får `galler_till`. Sedan `make schema`.
- [ ] Gränser för svarsfrekvens: `expectations/trosklar.yml`.
- [ ] Nya tabeller: modell och ord, se `docs/runbook_new_year.md`, och en rad i `seeds/published/sekretess.yml`.
- [ ] Mallar och sista dagar till uppgiftslämnarna: `uppfoljning template KÄLLA --year {ar}`.
- [ ] Bygg förra årets rapport i en egen hemmapp och jämför: `uppfoljning build --year {before.ar}`, `uppfoljning diff`.
- [ ] När rapporten är tryckt: `tryckta_varden.csv`, `tryckta_tal.csv` och `avvikelser.csv` i den här mappen, och vad den säger i text:
      `begrepp.csv`, `nyckeltal.csv`, `upprakningar.csv`, `redovisningar.csv` och `forteckning.csv` (kolumner som i `{before.id}`).
"""


def _rows(name: str) -> list[Row]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _known() -> str:
    return ", ".join(str(report.ar) for report in rapporter.all_reports())


def _shown(path: Path) -> str:
    return path.relative_to(SEEDS.parent).as_posix()
