"""The workbook that a sender fills in, made from the dated format: headings, allowed answers, the respondent, the period, and how to do it.

Filled in with valid answers and delivered with its sidecar, which is written beside it, it is accepted by the door without a remark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from dagster_project.deliveries import advice, report, wording
from dagster_project.errors import UserError
from dagster_project.reading import formats, sidecar
from dagster_project.reading.formats import Format, Kolumn
from dagster_project.reading.names import norm
from dagster_project.sources import Source

#: The sheets, and down to which row a cell is held to its type.
HOW, FILL, ANSWERS = "Anvisning", "Uppgifter", "Tillåtna svar"
ROWS = 5000

_LARGE = 10**12
_WHOLE = {"validate": "integer", "criteria": "between", "minimum": -_LARGE, "maximum": _LARGE}
#: How a cell of a type looks, and what Excel lets into it; cells of other types are text.
SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "antal": ("#,##0", {**_WHOLE, "minimum": 0}),
    "heltal": ("#,##0", _WHOLE),
    "belopp": ("#,##0", _WHOLE),
    "decimal": ("General", {**_WHOLE, "validate": "decimal"}),
    "datum": ("yyyy-mm-dd", {"validate": "date", "criteria": ">=", "value": date(1900, 1, 1)}),
    "ar": ("0", {**_WHOLE, "minimum": 1900, "maximum": 2099}),
}
#: What a column of a type holds, in words, where the format says nothing.
WORDS = {
    "antal": "ett heltal",
    "heltal": "ett heltal",
    "belopp": "hela kronor",
    "decimal": "ett tal",
    "datum": "ett datum, till exempel 2020-01-15",
    "ar": "ett år",
}


@dataclass(frozen=True)
class Mall:
    """What a template is made of.

    :param region: the region that shall fill it in, by its name; None for all.
    """

    spec: Format
    ar: int
    region: str | None = None

    @property
    def day(self) -> date:
        """The day whose names it is written with."""
        return date(self.ar, 12, 31)

    @property
    def months(self) -> list[str]:
        return [f"{self.ar}-{month:02}" for month in range(1, 13)]

    def answers(self, k: Kolumn) -> list[str]:
        """What may stand in a column, where that can be listed."""
        if k.typ == "manad":
            return self.months
        if self.region and k.namn == self.spec.respondent and (mine := self.respondents()):
            return mine
        if k.lista == "overenskommelse" and (asked := self.agreements()):
            names = {row["overenskommelse"]: row["namn"] for row in wording.table("agreements/overenskommelser.csv")}
            return [names[key] for key in asked]
        return advice.allowed(k, self.ar)

    def agreements(self) -> list[str]:
        """The agreements that ask for the source's deliveries in the year, by their keys."""
        asked = {
            row["overenskommelse"]
            for name, what in (("leveranskrav", "kalla"), ("skyldigheter", "skyldighet"))
            for row in wording.table(f"agreements/{name}.csv")
            if row[what] == self.spec.kalla and row["period"][:4] <= str(self.ar) <= row["period_slut"][:4]
        }
        return sorted(asked)

    @property
    def period(self) -> str | int | None:
        """What stands in the period column of every row; None where there is none, or each row has its own."""
        column = self.spec.period.kolumn
        kind = self.spec.kolumn(column).typ if column else None
        if kind == "ar":
            return self.ar
        asked = {start for start, _, _ in report.deadlines(self.spec.kalla, self.ar)}
        return f"{asked.pop():%Y-%m}" if kind == "manad" and len(asked) == 1 else None

    def respondents(self) -> list[str]:
        """Whose rows are begun: all where a row is all that each of them has, otherwise the region that was asked for."""
        k = self.spec.kolumn(self.spec.respondent)
        codes = {name: code for code, name in wording.regions(self.day).items()}
        if k.typ == "kommun":
            own = codes.get(self.region or "")
            known = wording.gallande("reference/kommuner.csv", "kommun_kod", self.day)
            return [code for code, row in known.items() if row["region_kod"] == own]
        if self.region is not None:
            return [self.region] if k.typ == "region" or k.lista == "bidragsmottagare" else []
        times = {"_period", self.spec.period.kolumn}
        alone = {*self.spec.nyckel} - times == {k.namn}
        return (
            list(wording.regions(self.day).values())
            if k.typ == "region" and alone and not self.spec.personrader
            else []
        )

    def sidecar(self) -> str:
        """The text of the sidecar."""
        said = {}
        if not self.spec.period.kolumn and not self.spec.period.fast:
            said["period"] = f"'{self.ar}'"
        in_rows = any(k.lista == "overenskommelse" for k in self.spec.kolumner)
        if not in_rows and len(self.agreements()) == 1:
            [said["overenskommelse"]] = self.agreements()
        if self.region:
            if self.spec.kolumn(self.spec.respondent).typ == "region":
                said["region"] = self.region
            said["avsandare"] = next(
                row["region_officiell"]
                for row in wording.gallande("reference/regioner.csv", "region_kod", self.day).values()
                if row["region"] == self.region
            )
        return "\n".join(
            [
                "# Uppgifter om leveransen. Filen ska heta som arbetsboken, följt av .leverans.yml, och lämnas tillsammans med den.",
                "# avsandare: vem som lämnar uppgifterna. kontakt: vart frågor om dem ska ställas, ett telefonnummer eller en adress.",
                *(f"{name}: {value}" for name, value in {"avsandare": "", "kontakt": "", **said}.items()),
                "",
            ]
        )


def write(source: Source, ar: int, path: Path, region: str | None = None) -> tuple[Path, Path]:
    """Write the template of a source for a reporting year, and its sidecar beside it.

    :param region: a region's name, in any spelling that its deliveries may have.
    :returns: the paths of the workbook and of the sidecar.
    :raises UserError: the source's deliveries are no tables to fill in, no format is valid that year, or there is no such region.
    """
    spec = _format(source, ar)
    mall = Mall(spec, ar, _region(region) if region else None)
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, plain) as book:
        book.set_properties({"title": f"{wording.source(spec.kalla)} {ar}", "author": "Socialstyrelsen, Uppföljning"})
        how, fill = book.add_worksheet(HOW), book.add_worksheet(FILL)
        _explain(book, how, mall, path.name)
        _fill(book, fill, mall, _answers(book, mall))
        for sheet in book.worksheets():
            sheet.set_paper(9)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
    beside = sidecar.path_for(path)
    beside.write_text(mall.sidecar(), encoding="utf-8")
    return path, beside


def _format(source: Source, ar: int) -> Format:
    known = formats.load()[source.kalla]
    if source.reads_documents or known[0].uppstallning != "rader":
        raise UserError(
            f"{source.kalla}: its deliveries are documents or exports as they are, so there is nothing to fill in"
        )
    first, last = date(ar, 1, 1), date(ar, 12, 31)
    for spec in known:
        if spec.galler_fran <= last and (spec.galler_till is None or spec.galler_till >= first):
            return spec.for_senders()
    raise UserError(f"{source.kalla} has no format for {ar}: the newest is valid from {known[0].galler_fran}")


def _region(text: str) -> str:
    spellings = {norm(row["alias"]): row["region_kod"] for row in wording.table("reference/regionalias.csv")}
    for row in wording.table("reference/regioner.csv"):
        spellings |= {norm(row[name]): row["region_kod"] for name in ("region", "region_officiell", "lan")}
    if code := spellings.get(norm(text)):
        return wording.regions()[code]
    raise UserError(f"{text} is no region: choose one of {', '.join(wording.regions().values())}")


def _answers(book: Workbook, mall: Mall) -> dict[str, str]:
    """A sheet with the allowed answers, a column each.

    :returns: where a column's answers stand, by the column's name.
    """
    lists = {k.namn: answers for k in mall.spec.kolumner if (answers := mall.answers(k))}
    if not lists:
        return {}
    sheet = book.add_worksheet(ANSWERS)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    places = {}
    for i, (name, answers) in enumerate(lists.items()):
        sheet.set_column(i, i, min(40, max(16, *map(len, answers))))
        sheet.write_string(0, i, f"Kolumnen {mall.spec.kolumn(name).rubrik} får ha:", bold)
        for row, answer in enumerate(answers, 1):
            sheet.write_string(row, i, answer)
        places[name] = f"='{ANSWERS}'!${xl_col_to_name(i)}$2:${xl_col_to_name(i)}${len(answers) + 1}"
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    return places


def _fill(book: Workbook, sheet: Worksheet, mall: Mall, places: dict[str, str]) -> None:
    """The sheet to fill in."""
    heads = {
        needed: book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": color})
        for needed, color in ((True, "#DDE6EC"), (False, "#F4F4F4"))
    }
    begun: list[dict[str, str | int | None]] = [
        {mall.spec.respondent: who, str(mall.spec.period.kolumn): mall.period} for who in mall.respondents()
    ]
    for i, k in enumerate(mall.spec.kolumner):
        look, check = SHAPES.get(k.typ, ("@", {}))
        cell = book.add_format({"num_format": look})
        sheet.set_column(i, i, max(14, min(len(k.rubrik) + 4, 40)), cell)
        sheet.write_string(0, i, k.rubrik, heads[_needed(k)])
        check = {"validate": "list", "source": places[k.namn]} if k.namn in places else dict(check)
        if k.fran_noll and "minimum" in check:
            check["minimum"] = 0
        if k.markering and check:
            first = xl_rowcol_to_cell(1, i)
            marks = ",".join(f'{first}="{mark}"' for mark in k.markering)
            check = {"validate": "custom", "value": f"=OR(ISNUMBER({first}),{marks})"}
        if check:
            told = {"input_title": k.rubrik[:32], "input_message": _words(k)[:255]}
            wrong = {"error_title": "Inte tillåtet", "error_message": f"Tillåtet är {_words(k)}."[:255]}
            sheet.data_validation(1, i, ROWS, i, {**check, **told, **wrong, "ignore_blank": True})
        for row, values in enumerate(begun, 1):
            value = values.get(k.namn)
            if isinstance(value, int):
                sheet.write_number(row, i, value, cell)
            elif value is not None:
                sheet.write_string(row, i, value, cell)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)


def _needed(k: Kolumn) -> bool:
    return not k.tom and k.standard is None


def _words(k: Kolumn) -> str:
    """What a column holds, in words."""
    if k.forvantat:
        return k.forvantat
    return WORDS.get(k.typ, "ett av de tillåtna svaren" if advice.allowed(k) else "text")


def _explain(book: Workbook, sheet: Worksheet, mall: Mall, name: str) -> None:
    """The sheet of instructions. No cell of it is a heading of the format, so that it is never taken for the table."""
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 44, bold)
    sheet.set_column(1, 1, 18, wrap)
    sheet.set_column(2, 2, 70, wrap)
    title = f"{wording.source(mall.spec.kalla)}, {mall.ar}" + (f", {mall.region}" if mall.region else "")
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    line = 2
    for text in _steps(mall, name):
        sheet.merge_range(f"{xl_rowcol_to_cell(line, 0)}:{xl_rowcol_to_cell(line, 2)}", text, wrap)
        sheet.set_row(line, report.LINE * report.lines(text, 128))
        line += 1
    line += 1
    for i, head in enumerate(("Att fylla i", "Måste fyllas i", "Vad som får stå där")):
        sheet.write_string(line, i, head, bold)
    for number, k in enumerate(mall.spec.kolumner, 1):
        words = _words(k)
        cells = (f"{number}. {k.rubrik}", "ja" if _needed(k) else "nej", words[0].upper() + words[1:])
        sheet.set_row(
            line + number, report.LINE * max(report.lines(c, w) for c, w in zip(cells, (44, 18, 70), strict=True))
        )
        for i, text in enumerate(cells):
            sheet.write_string(line + number, i, text)


def _steps(mall: Mall, name: str) -> Iterator[str]:
    yield f"{mall.spec.beskrivning}. Uppgifterna lämnas till Socialstyrelsens uppföljning."
    yield f"Fyll i bladet {FILL}, en rad i taget. Ändra inte rubrikerna. Det som är ifyllt från början ska stå kvar."
    if mall.respondents():
        yield "Ta bort hela raden för den som inte lämnar några uppgifter."
    yield f"Där svaren är bestämda väljer du i listan; alla svar står på bladet {ANSWERS}. Lämna en cell tom när uppgiften saknas."
    yield (
        "Skriv tal utan mellanslag, punkter och enheter. Skriv inte summarader, noter eller färgkoder. Skriv inga personuppgifter i "
        "fritext."
    )
    spans = report.deadlines(mall.spec.kalla, mall.ar)
    last = sorted({(end, start, until) for start, until, end in spans if end})
    if last:
        when = [f"{wording.day(end)} ({wording.period(start, until)})" for end, start, until in last]
        yield f"Sista dag: {wording.listed(when, 12)}."
    yield (
        f"Spara arbetsboken och lämna den tillsammans med textfilen {name}{sidecar.SUFFIX}, där det står vem som lämnar uppgifterna och "
        "vad de avser. De två ska heta lika."
    )
