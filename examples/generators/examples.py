"""Write the example deliveries for reporting year 2020: ``python -m examples.generators.examples``.

The figures of webbtidbok and the texts of inriktningsdokument are the real ones of the 2020 report (Tabell 2 and 1),
read from ``seeds/published/``. The survey answers, the waiting lists, the forms and the contacts are made up, and their sidecar says so;
so do their file, sheet and rows.
The times of receipt are invented throughout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import xlsxwriter
import yaml

from dagster_project.settings import EXAMPLES
from examples.generators import blanketter, indikatorer, nulagesrapport, specialistvard, statistik, underlag, vantetid
from examples.generators.kommunenkat import make, printed, published_totals

#: The seed of the committed example survey.
SEED = 2020
#: Stamped on every workbook, so that the same content gives the same bytes.
CREATED = datetime(2020, 6, 1)
#: The made-up contacts of primary care: three months, three units per region, one row in a hundred with a fault.
CONTACTS = vantetid.Extract(
    contacts=15_000,
    months=vantetid.months_between("2020-01", "2020-03"),
    units=63,
    seed=SEED,
    dirty=dict.fromkeys(vantetid.DIRTY_KINDS, 0.001),
)


@dataclass(frozen=True)
class Delivery:
    """A workbook to deliver and what its sidecar says."""

    path: str
    sheet: str
    frame: pd.DataFrame
    sidecar: dict[str, str | bool]


def deliveries() -> Iterator[Delivery]:
    yield Delivery(
        path="webbtidbok/webbtidbok_2020-03.xlsx",
        sheet="Webbtidbok",
        frame=pd.DataFrame(
            [(region, int(c["visa_tid"]), int(c["boka_tid"])) for region, c in printed("Tabell 2").items()],
            columns=["Region", "Visa tid", "Boka tid"],
            dtype=object,
        ),
        sidecar={
            "overenskommelse": "gnv_2019",
            "period": "2020-03",
            "mottagen": "2020-03-31T12:00:00",
            "avsandare": "Inera",
        },
    )
    yield Delivery(
        path="inriktningsdokument/inriktningsdokument_2020.xlsx",
        sheet="Inriktningsdokument",
        frame=pd.DataFrame(
            [
                (region, c["dokument"] or None, c["politiskt_beslut"] or None, c["gemensamt_dokument"] or None)
                for region, c in printed("Tabell 1").items()
            ],
            columns=["Region", "Dokument", "Politiskt beslut", "Gemensamt dokument"],
            dtype=object,
        ),
        sidecar={
            "overenskommelse": "gnv_2019",
            "period": "2020",
            "mottagen": "2020-04-30T12:00:00",
            "avsandare": "Socialstyrelsens sammanställning av regionernas uppgifter",
        },
    )
    yield Delivery(
        path="kommunenkat/PAHITTADE_SVAR_kommunenkat_2019.xlsx",
        sheet="Påhittade svar",
        frame=make(SEED, published_totals()),
        sidecar={
            "overenskommelse": "gnv_2019",
            "period": "2019-12",
            "mottagen": "2020-01-28T08:00:00",
            "avsandare": "Slumpade svar vars summor är de publicerade",
            "pahittad": True,
        },
    )
    yield Delivery(
        path="vantetid_specialistvard/PAHITTADE_VANTANDE_specialistvard_2018-2019.xlsx",
        sheet="Påhittade väntande",
        frame=specialistvard.make(SEED),
        sidecar={
            "overenskommelse": "komiljard_2019",
            "mottagen": "2020-02-07T09:00:00",
            "avsandare": "Slumpade väntelistor, inga uppgifter ur väntetidsdatabasen",
            "pahittad": True,
        },
    )


def write(folder: Path) -> list[Path]:
    """Write every example below ``folder``, each with its sidecar; the same bytes on every run."""
    written = []
    every: list[Delivery | indikatorer.TextDelivery] = [
        *deliveries(),
        *indikatorer.deliveries(),
        *blanketter.deliveries(),
        *statistik.deliveries(),
        *underlag.deliveries(make(SEED, published_totals())),
    ]
    for delivery in every:
        path = folder / delivery.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(delivery, indikatorer.TextDelivery):
            path.write_text(delivery.text, encoding="utf-8")
        else:
            _write_workbook(path, delivery)
        sidecar = path.with_name(f"{path.name}.leverans.yml")
        sidecar.write_text(yaml.safe_dump(delivery.sidecar, allow_unicode=True, sort_keys=False), encoding="utf-8")
        written += [path, sidecar]
    contacts = vantetid.generate(CONTACTS, folder / "vantetid_primarvard", file_format="csv.gz").files
    frame = vantetid.write_frame(CONTACTS, folder / "enhetsregister" / "PAHITTADE_ENHETER_2020.csv")
    return [
        *written,
        *nulagesrapport.write(folder),
        *(file for path in (*contacts, frame) for file in (path, path.with_name(f"{path.name}.leverans.yml"))),
    ]


def _write_workbook(path: Path, delivery: Delivery) -> None:
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"created": CREATED, "title": delivery.sheet})
        dates = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet = workbook.add_worksheet(delivery.sheet)
        sheet.write_row(0, 0, delivery.frame.columns)
        for row, values in enumerate(delivery.frame.itertuples(index=False), start=1):
            for column, value in enumerate(values):
                if isinstance(value, date):
                    sheet.write_datetime(row, column, value, dates)
                elif isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif value is not None:
                    sheet.write_number(row, column, value)
        sheet.freeze_panes(1, 0)
        sheet.autofit()


if __name__ == "__main__":
    for file in write(EXAMPLES / "landing"):
        print(file)
