"""Made-up status reports of three regions as docx, pdf and txt, their codings, and a report on 2018. Every page says that they are made up.

``python -m examples.generators.nulagesrapport`` writes them below ``examples/landing/``.

They hold what real reports trip a reader with: words cut by hyphens, page numbers, running headers, footnotes, lists that have lost
their glyphs, a table, amounts in tkr, costs that are not stated, and (made-up) personal data.
"""

from __future__ import annotations

import textwrap
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from dagster_project.settings import EXAMPLES

MARKE = "PÅHITTAD RAPPORT – EXEMPEL UTAN VERKLIGA UPPGIFTER"
STAMP = datetime(2020, 6, 1)
KODNINGSDATUM = date(2020, 2, 14)

Stycke = tuple[str, str]  # kind (titel, r1, r2, r3, p, punkt, tabell, brev) and text


@dataclass(frozen=True)
class Rapport:
    """A made-up report: what differs between the three."""

    region_kod: str
    region: str
    suffix: str
    malbild: str
    utmaningar: tuple[str, ...]
    insatser: tuple[str, ...]
    vardgaranti: str
    kostnad: tuple[str, ...]

    @property
    def namn(self) -> str:
        return f"PAHITTAD_nulagesrapport_{self.region}{self.suffix}"


RAPPORTER = (
    Rapport(
        "10",
        "Blekinge",
        ".docx",
        "Målbild 2018-2024",
        ("Samsyn om målbilden", "Gemensam journal", "Bemanning"),
        (
            "Region Blekinge har infört två mobila vårdteam i samarbete med kommunerna sedan 2018.",
            "Riktade hälsosamtal till 50-åringar pågår på flera vårdcentraler.",
            "Utbildningar i hälsofrämjande arbetssätt har genomförts under 2019.",
            "Kliniska farmaceuter finns på alla vårdcentraler.",
        ),
        "Resultatet visar att 80-85 procent av patienterna fick bedömning inom tre dagar under 2019.",
        ("Kostnaden för mobila vårdteam uppgår till 1 250 tkr.", "Övriga insatser ryms inom befintlig budget."),
    ),
    Rapport(
        "09",
        "Gotland",
        ".pdf",
        "Färdplan 2019-2025",
        ("Långa avstånd", "Kompetensförsörjning", "Gemensam målbild", "Finansiering"),
        (
            "Region Gotland planerar att införa digitala vårdmöten under 2020.",
            "Ett pilotprojekt med vårdnära service pågår på en avdelning.",
            "Utredning pågår om en närvårdsmottagning på norra delen av ön.",
        ),
        "Andelen patienter som fick bedömning inom tre dagar redovisas inte.",
        ("Ingen särskild resursomfördelning är genomförd avseende omställning till god och nära vård.",),
    ),
    Rapport(
        "07",
        "Kronoberg",
        ".txt",
        "Strategi 2019-2023",
        ("Tillit", "Ledning"),
        (
            "Region Kronoberg har startat ett mobilt vårdteam tillsammans med länets kommuner under våren 2019.",
            "Riktade hälsosamtal till 40-åringar har införts på samtliga vårdcentraler.",
            "Region Kronoberg har beslutat om en ny ersättningsmodell för vårdcentralerna.",
        ),
        "Andelen patienter som fick bedömning inom tre dagar var 88 procent under 2019.",
        ("Kostnaderna återfinns i ordinarie budget.",),
    ),
)


def stycken(r: Rapport) -> Iterator[Stycke]:
    """The content of a report, the same whatever its file."""
    yield "brev", f"Datum Diarienummer 2019-10-01 RS{r.region_kod}0000"
    yield "titel", f"Nulägesrapport God och nära vård 2019, Region {r.region}. {MARKE}"
    yield (
        "p",
        (
            f"Den här rapporten är påhittad. Kontakt: Anna Exempelsson, anna.exempelsson@example.invalid. Region {r.region} redovisar "
            "insatser, kostnader och resultat enligt överenskommelsen God och nära vård 2019."
        ),
    )
    yield "r1", "Omställning till en god och nära vård"
    yield "r2", "Nuläge"
    yield (
        "p",
        f"Regionens {r.malbild} är antagen av regionfullmäktige 2018. Kartläggningen visade ett antal utmaningar:",
    )
    for item in r.utmaningar:
        yield "punkt", item
    yield "r2", "Genomförda insatser"
    for text in r.insatser:
        yield "p", text
    yield "r1", "Förbättra och utveckla tillgängligheten i primärvården"
    yield "p", "Samtliga besök rapporteras månatligen till den nationella väntetidsdatabasen sedan januari 2019."
    yield "p", r.vardgaranti
    yield "tabell", "Vårdcentral (påhittad) | Andel inom tre dagar"
    yield "tabell", "Exempelgården | uppgift saknas"
    yield "r1", "Patientkontrakt och andra sätt att främja samordning, samverkan och ökad delaktighet"
    yield "r2", "Dokumenterade rutiner för fast vårdkontakt"
    yield (
        "p",
        f"Region {r.region} har en övergripande rutin för fast vårdkontakt. Handlingsplan för patientkontrakt har tagits fram.",
    )
    yield "r2", "Breddinförande av webbtidbok"
    yield "p", "Arbete pågår för att erbjuda webbtidbok på fler vårdcentraler."
    yield "r1", "Ekonomisk redovisning"
    for text in r.kostnad:
        yield "p", text


#: The five areas of Bilaga 1 of the report on 2016–2018, each with something that a region might have below it.
FEM = (
    (
        "It-stöd och processer för förenklad administration och bättre tillgång till information för vårdens medarbetare",
        "E-frikort",
    ),
    ("Smartare användning av medarbetarnas kompetens", "Vårdnära service"),
    ("Stöd till planering av långsiktig kompetensförsörjning", "En kompetensförsörjningsplan"),
    ("Utveckla medarbetarnas arbetssituation", "Ett ledarprogram"),
    ("Utveckla vårdens verksamheter", "Produktionsplanering"),
)


def stycken_2018(region: str, year: str = " 2018") -> Iterator[Stycke]:
    """A report on the structure of Bilaga 1, which answers both agreements of 2018."""
    yield "titel", f"Verksamhetsrapport{year}, Region {region}. {MARKE}"
    yield (
        "p",
        f"Region {region} redovisar stöd till bättre resursutnyttjande och goda förutsättningar för vårdens medarbetare{year}.",
    )
    for area, what in FEM:
        yield "r1", area
        yield "p", f"{what} har införts på flera enheter."


def _of_2018(folder: Path) -> list[Path]:
    path = folder / "nulagesrapport" / "PAHITTAD_verksamhetsrapport_2018_Gotland.docx"
    write_docx(path, stycken_2018("Gotland"))
    sidecar = path.with_name(f"{path.name}.leverans.yml")
    sidecar.write_text(
        "region: Gotland\noverenskommelse: personalmiljarderna_2018\nperiod: '2018'\nmottagen: '2019-03-29T12:00:00'\n"
        "avsandare: Region Gotland\npahittad: true\n",
        encoding="utf-8",
    )
    return [path, sidecar]


def write(folder: Path) -> list[Path]:
    """The reports with their sidecars, and the codings, below ``folder``."""
    written = []
    for r in RAPPORTER:
        path = folder / "nulagesrapport" / r.namn
        path.parent.mkdir(parents=True, exist_ok=True)
        {".docx": write_docx, ".pdf": write_pdf, ".txt": write_txt}[r.suffix](path, list(stycken(r)))
        sidecar = path.with_name(f"{path.name}.leverans.yml")
        sidecar.write_text(
            f"region: {r.region}\noverenskommelse: gnv_2019\nperiod: '2019'\nmottagen: '2019-10-14T12:00:00'\n"
            f"avsandare: Region {r.region}\npahittad: true\n",
            encoding="utf-8",
        )
        written += [path, sidecar]
    for r in RAPPORTER:
        for kodare in ("TEST1", "TEST2") if r is RAPPORTER[0] else ("TEST1",):
            path = _coding(folder, folder / "nulagesrapport" / r.namn, r, kodare)
            sidecar = path.with_name(f"{path.name}.leverans.yml")
            sidecar.write_text(
                f"mottagen: '2019-12-02T12:00:00'\navsandare: kodare {kodare}\npahittad: true\n", encoding="utf-8"
            )
            written += [path, sidecar]
    return [*written, *_of_2018(folder)]


# --- files ----------------------------------------------------------------------------------------------------------------


def write_docx(path: Path, content: Iterable[Stycke]) -> None:
    """With styles, list glyphs and a table; the footer says that the report is made up."""
    import docx

    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = STAMP
    document.sections[0].footer.paragraphs[0].text = MARKE
    rows: list[list[str]] = []
    for kind, text in [*content, ("", "")]:
        if kind == "tabell":
            rows.append(text.split(" | "))
            continue
        if rows:
            table = document.add_table(len(rows), len(rows[0]))
            for row, cells in zip(table.rows, rows, strict=True):
                for cell, value in zip(row.cells, cells, strict=True):
                    cell.text = value
            rows = []
        if kind.startswith("r"):
            document.add_heading(text, int(kind[1]))
        elif kind == "titel":
            document.add_heading(text, 0)
        elif kind == "punkt":
            document.add_paragraph(text, style="List Bullet")
        elif text:
            document.add_paragraph(text)
    raw = path.with_suffix(".del")
    document.save(str(raw))
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():  # without the time of writing: the same bytes on every run
            target.writestr(zipfile.ZipInfo(name, (2020, 6, 1, 0, 0, 0)), source.read(name), zipfile.ZIP_DEFLATED)
    raw.unlink()


def write_txt(path: Path, content: Iterable[Stycke]) -> None:
    """As text out of a pdf: wrapped with an empty line between, list glyphs lost, a word cut by a hyphen, a page number."""
    lines: list[str] = []
    for nr, (kind, text) in enumerate(content):
        if kind == "brev":
            words = text.split()
            lines += [f"   {' '.join(words[:2])} ", f"  {' '.join(words[2:])} ", " "]
        elif kind == "punkt":
            lines += [f" {text} ", ""]
        else:
            wrapped = textwrap.wrap(
                text.replace("väntetidsdatabasen", "väntetids- databasen"), 70, break_on_hyphens=False
            )
            lines += [x for line in wrapped for x in (f"{line} ", "")] + [" ", ""]
        if nr == 8:
            lines += ["", "", " ", "2 ", ""]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_pdf(path: Path, content: Iterable[Stycke]) -> None:
    """A plain pdf with a text layer: headings in larger type, a running header and a page number on every page."""
    lines: list[tuple[int, str, bool]] = []  # size, text, opens a paragraph; cells of a row with a tab between
    for kind, text in content:
        if kind == "tabell":
            lines.append((8, text.replace(" | ", "\t"), True))
            continue
        size = {"titel": 18, "r1": 16, "r2": 14, "r3": 13}.get(kind, 11)
        text = f"• {text}" if kind == "punkt" else text
        for i, part in enumerate(textwrap.wrap(text, 85 if size == 11 else 55, break_on_hyphens=False)):
            lines.append((size, part, i == 0))
    pages: list[list[str]] = []
    y = 0.0
    for size, text, opens in lines:
        y -= size * (2.1 if opens else 1.25)
        if not pages or y < 90:
            pages.append([_pdf_text(9, 60, 800, MARKE), _pdf_text(9, 290, 40, str(len(pages) + 1))])
            y = 760
        step = 480 / (text.count("\t") + 1)
        pages[-1] += [_pdf_text(size, 60 + i * step, y, cell) for i, cell in enumerate(text.split("\t")) if cell]
    streams = ["\n".join(page).encode("cp1252", errors="replace") for page in pages]
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(streams)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for i, stream in enumerate(streams):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * i} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    body, offsets = b"%PDF-1.4\n", []
    for nr, item in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (nr, item)
    table = b"".join(b"%010d 00000 n \n" % at for at in offsets)
    count = len(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        count,
        table,
        count,
        len(body),
    )
    path.write_bytes(body)


def _pdf_text(size: int, x: float, y: float, text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /F1 {size} Tf {x:.0f} {y:.1f} Td ({escaped}) Tj ET"


# --- codings --------------------------------------------------------------------------------------------------------------


def _coding(folder: Path, report: Path, r: Rapport, kodare: str) -> Path:
    """The coding of a report: every proposal confirmed. The second coder sees every fifth otherwise."""
    from dagster_project.coding.workbook import TYPER, coders_format, labels
    from dagster_project.sources.nulagesrapport import segments_of
    from dagster_project.sources.nulagesrapport.proposals import propose

    spec = coders_format()
    names = labels()
    path = folder / "kodning" / f"PAHITTAD_kodning_{r.region}_{kodare}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        book.set_properties({"created": STAMP, "title": MARKE})
        dates = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("Påhittad kodning")
        sheet.write_row(0, 0, [k.rubrik for k in spec.kolumner])
        row = 0
        for segment in (s for s in segments_of(report) if s.rapport):
            for proposal in propose(segment):
                if proposal.typ not in TYPER or proposal.forekomst == "ej_bedomd":
                    continue
                row += 1
                values: dict[str, Any] = {
                    **asdict(proposal),
                    "beslut": "avvisad" if kodare == "TEST2" and row % 5 == 0 else "bekraftad",
                    "rad_fran": proposal.rad,
                    "citat": proposal.text,
                    "kodare": kodare,
                    "kodningsdatum": KODNINGSDATUM,
                    "kodram": "1",
                    "region_kod": r.region,
                    "overenskommelse": "gnv_2019",
                    "period": "2019-01",
                    "kodblad": f"{r.region_kod}/gnv_2019/{kodare}",
                }
                for i, column in enumerate(spec.kolumner):
                    value = values.get(column.namn)
                    if value in (None, ""):
                        continue
                    if isinstance(value, date):
                        sheet.write_datetime(row, i, value, dates)
                    else:
                        sheet.write(row, i, names[(column.lista, str(value))] if column.lista else value)
    return path


if __name__ == "__main__":
    for file in write(EXAMPLES / "landing"):
        print(file.relative_to(EXAMPLES))
