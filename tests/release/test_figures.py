"""The figures against the printed tables: what is drawn, written out, described and left out."""

from __future__ import annotations

import csv
import json
import os
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import printed_tables
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dagster_project.release import catalogue, drawer, figures, geography, publish
from dagster_project.release.classes import Classes
from dagster_project.release.drawing import STEPS
from dagster_project.release.figures import PublishedFigure
from dagster_project.release.releases import Release
from dagster_project.release.tables import PublishedTable, shown

Golden = Callable[[str], list[dict[str, str]]]
SVG = "{http://www.w3.org/2000/svg}"

# Invented shares: synthetic, and not what any region has reported.
THREE_DAYS = """
create or replace table mart.medicinsk_bedomning_tre_dagar as
with grund as (
    select cast(manad as date) as period, region_kod, 400 as bedomningar,
        200 + 4 * cast(region_kod as integer) + month(manad) as inom_tre_dagar
    from referens.regioner, generate_series(date '2019-01-01', date '2020-12-01', interval 1 month) as g (manad)
), rader as (
    select period, 'region' as niva, region_kod, inom_tre_dagar, bedomningar from grund
    union all
    select period, 'riket', '00', sum(inom_tre_dagar), sum(bedomningar) from grund group by period
)
select period, niva, region_kod, 'alla' as yrkeskategori, 'T' as kon, inom_tre_dagar, bedomningar,
    100.0 * inom_tre_dagar / bedomningar as andel, 100.0 * inom_tre_dagar / bedomningar - 3 as ki_undre,
    100.0 * inom_tre_dagar / bedomningar + 3 as ki_ovre, 0 as patientvald_vantan, if(niva = 'riket', 21, null) as antal_regioner,
    cast(null as varchar) as varde_status
from rader;
update mart.medicinsk_bedomning_tre_dagar
set inom_tre_dagar = null, bedomningar = null, andel = null, ki_undre = null, ki_ovre = null, varde_status = 'x'
where region_kod = '09' and period = date '2020-06-01';
"""


def build(db: Path) -> dict[str, PublishedFigure]:
    edition = catalogue.load(2020)
    built = printed_tables.published(db, *{figure.tabell for figure in edition.figurer})
    return {figure.spec.id: figure for figure in figures.build_all(edition, built)}


@pytest.fixture(scope="module")
def folder(built_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The figures of the 2020 report, written."""
    path = tmp_path_factory.mktemp("figurer") / "figurer"
    figures.write(path, list(build(built_db).values()))
    return path


@pytest.fixture
def series_db(build_db: Path) -> Path:
    with duckdb.connect(str(build_db)) as con:
        con.execute(THREE_DAYS)
    return build_db


def svg(folder: Path, name: str) -> ET.Element:
    return ET.fromstring((folder / f"{name}.svg").read_text(encoding="utf-8"))


def texts(root: ET.Element) -> list[str]:
    """Every line of text."""
    elements = (list(text.iter(f"{SVG}tspan")) or [text] for text in root.iter(f"{SVG}text"))
    return ["".join(line.itertext()) for lines in elements for line in lines]


def listed(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / figures.CATALOGUE).open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


def test_figur_5_writes_its_values_and_each_levels_n(folder: Path, golden: Golden) -> None:
    written = texts(svg(folder, "figur_5"))
    assert "Källa: Enkät till kommunerna" in written
    for row in golden("figur_5"):
        assert f"{row['etikett']} (n = {row['n']})" in written
        assert row["procent"] in written
    assert "Figur 5. Beslut om samverkan mellan kommun och region" in written
    assert any(text.startswith("Not: I den tryckta rapporten anges 223 svarande") for text in written)


def test_webbtidbok_is_two_counts_and_never_a_share(folder: Path, golden: Golden) -> None:
    written = texts(svg(folder, "webbtidbok"))
    for row in golden("tabell_2"):
        assert row["region"] in written
    counts = sorted(int(text) for text in written if text.isdecimal())
    printed = [int(row[column]) for row in golden("tabell_2") for column in ("visa_tid", "boka_tid")]
    axes = [0, 200, 400, 600, 800] * 2
    assert counts == sorted(printed + axes), "the printed counts, the two axes, and nothing else"
    note = " ".join(written[written.index("Källa: Inera") :])
    assert "Socialstyrelsen saknar uppgift om hur många mottagningar" in note
    assert "procent" not in " ".join(written)
    assert not any("%" in text or "," in text for text in written if text[:1].isdigit())


@pytest.mark.parametrize("name", ["figur_5", "webbtidbok", "svarsfrekvens_region", "svarsfrekvens_karta"])
def test_a_figure_is_one_described_image_in_both_formats(folder: Path, name: str) -> None:
    root, row = svg(folder, name), listed(folder)[name]
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert (root.get("role"), root.get("lang")) == ("img", "sv-SE")
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == description.get("id")
    assert title.text == row["rubrik"]
    assert description.text == row["alttext"]
    assert len(row["alttext"]) > 80
    content = (folder / f"{name}.svg").read_text(encoding="utf-8")
    assert content.count("aria-") == 2, "none of Vega's own labels, which are English"
    assert "http" not in content.replace("http://www.w3.org/", ""), "nothing is fetched"
    png = (folder / row["png"]).read_bytes()
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    place = png.index(b"pHYs") + 4
    per_metre, unit = struct.unpack(">IxxxxB", png[place : place + 9])
    assert (round(per_metre * 0.0254), unit) == (300, 1), "300 dots to an inch"
    assert width / per_metre == pytest.approx(0.16, abs=0.001), "as wide as the text of a printed page"
    assert abs(width / height - float(str(root.get("width"))) / float(str(root.get("height")))) < 0.01


def test_no_text_is_smaller_than_seven_points_on_a_printed_page(series_db: Path) -> None:
    """A picture is 16 cm wide in print: 453.5 points."""
    found = [figure for figure in build(series_db).values() if figure.drawn]
    assert {"tre_dagar_regioner", "tabell_3", "svarsfrekvens_karta"} <= {figure.spec.id for figure in found}
    for figure in found:
        assert figure.vegalite
        text = figures._svg(figure, figure.vegalite)
        width = float(str(ET.fromstring(text).get("width")))
        sizes = [float(size) for size in re.findall(r'font-size="([0-9.]+)px"', text)]
        assert sizes
        assert min(sizes) * 453.5 / width >= 7, figure.spec.id
        narrow = ET.fromstring(figures._svg(figure, figure.webb["smal"]))
        assert float(str(narrow.get("width"))) <= 360, f"{figure.spec.id}: a phone's width"


def test_the_specification_beside_the_picture_draws_the_same_picture(folder: Path) -> None:
    """So that an editor can change it elsewhere; no machine is asked for anything."""
    said = json.loads((folder / "webbtidbok.vl.json").read_text(encoding="utf-8"))
    assert said.pop("$schema").startswith("https://vega.github.io/schema/vega-lite/v6")
    picture = (folder / "webbtidbok.svg").read_text(encoding="utf-8")
    again = drawer.library().vegalite_to_svg(said, format_locale="sv-SE", time_format_locale=drawer.time_locale())
    assert texts(ET.fromstring(again)) == texts(ET.fromstring(picture))


def test_bars_of_regions_come_with_the_largest_first_and_a_printed_order_stands(folder: Path, golden: Golden) -> None:
    written = texts(svg(folder, "webbtidbok"))
    printed = sorted(golden("tabell_2"), key=lambda row: -int(row["visa_tid"]))
    regions = {row["region"] for row in printed}
    assert [text for text in written if text in regions] == [row["region"] for row in printed]
    levels = [row["etikett"] for row in golden("figur_5")]
    assert [text.split(" (n")[0] for text in texts(svg(folder, "figur_5")) if " (n = " in text] == levels


def test_the_stacks_of_tabell_3_hold_the_printed_shares_with_the_greatest_shortage_first(
    built_db: Path, golden: Golden
) -> None:
    figure = build(built_db)["tabell_3"]
    assert figure.vegalite is not None
    rows = figure.vegalite["datasets"]["delar"]
    printed = {(row["yrke"], row["svarsalternativ"]): row["procent_tryckt"] for row in golden("tabell_3")}
    words = {"Brist": "brist", "Balans": "balans", "Överskott": "overskott", "Vet inte": "vet_inte"}
    for row in rows:
        assert row["text"] == printed[row["namn"], words.get(row["del"], "finns_ej")].replace(".", ",").removesuffix(
            ",0"
        )
    shortage = sorted(
        (-float(share.replace(",", ".")), yrke) for (yrke, svar), share in printed.items() if svar == "brist"
    )
    [order] = {tuple(e["y"]["sort"]) for e in encodings(figure.vegalite) if "y" in e and "sort" in e["y"]}
    assert [label.split(" (n")[0] for label in order] == [yrke for _, yrke in shortage]


def encodings(part: Any) -> list[dict[str, Any]]:
    """Every encoding of a specification."""
    if isinstance(part, list):
        return [found for item in part for found in encodings(item)]
    if not isinstance(part, dict):
        return []
    own = [part["encoding"]] if "encoding" in part else []
    return [*own, *(found for key, item in part.items() if key != "datasets" for found in encodings(item))]


def test_dots_are_ranked_by_the_last_month_with_the_first_beside_and_the_country_across(series_db: Path) -> None:
    figure = build(series_db)["tre_dagar_rang"]
    assert figure.vegalite is not None
    data = figure.vegalite["datasets"]
    codes = sorted(map(int, geography.regions()), reverse=True)
    last = [(200 + 4 * code + 12) / 4 for code in codes]
    assert [row["varde"] for row in data["punkter"]] == pytest.approx(last)
    assert [row["fore"] for row in data["punkter"]] == pytest.approx([value - 11 / 4 for value in last])
    assert all(row["ovre"] - row["varde"] == pytest.approx(3) for row in data["punkter"])
    assert [rule["varde"] for rule in data["linjer"]] == pytest.approx([sum(last) / len(last)])
    assert figure.alttext is not None
    assert "i 21 regioner i december 2020" in figure.alttext
    assert "Norrbotten 78,0; Västerbotten 77,0" in figure.alttext


@pytest.mark.parametrize("year", [2018, 2020])
def test_no_alternative_text_tells_a_code_of_ours(year: int) -> None:
    """Neither in the form nor, where a column of codes tells the lines apart, in what fills it."""
    edition = catalogue.load(year)
    tables = {table.id: table for table in edition.tabeller}
    for figure in edition.figurer:
        words = re.sub(r"\{[^}]*\}", "", figure.alttext)
        assert not re.search(r"\w_\w|\b[A-ZÅÄÖ]\d{2}", words), figure.id
        named = tables[figure.tabell].column(figure.benamning or figure.etikett)
        assert named.rubrik, f"{figure.id}: {named.kolumn} is no word that a reader meets"


def test_the_alternative_text_says_the_values(folder: Path) -> None:
    rows = listed(folder)
    assert "Politisk nivå 38; Kommun- och regionledningsnivå 48; " in rows["figur_5"]["alttext"]
    assert "Stockholm 873" in rows["webbtidbok"]["alttext"]
    assert "21 regioner" in rows["svarsfrekvens_karta"]["alttext"]


def test_the_map_gives_every_region_its_class_and_its_number(build_db: Path) -> None:
    with duckdb.connect(str(build_db)) as con:
        con.execute("""
            update mart.svarsfrekvens set svarsfrekvens = case grupp_kod when '25' then 100 when '12' then 61.4
                when '01' then null else 75 end where niva = 'region'""")
    specification = build(build_db)["svarsfrekvens_karta"].vegalite
    assert specification is not None
    data = specification["datasets"]
    classes = dict(zip(geography.regions(), [area["klass"] for area in data["omraden"]], strict=True))
    assert len(classes) == 21
    assert (classes["25"], classes["12"], classes["01"], classes["05"]) == ("100", "60–69", "uppgift saknas", "70–79")
    numbers = dict(zip(geography.regions(), data["tal"], strict=True))
    assert [numbers[code]["text"] for code in ("25", "12", "01", "05")] == ["100", "61", "[x]", "75"]
    assert {"region": "Skåne", "text": "61"}.items() <= data["lista"][10].items()


def test_the_map_colours_what_is_printed_when_it_is_not_what_is_held(build_db: Path) -> None:
    """74,6 is printed 75 and 64,5 is printed 65: halves go up, in the table and in the map."""
    with duckdb.connect(str(build_db)) as con:
        con.execute("""
            update mart.svarsfrekvens set svarsfrekvens = case grupp_kod when '25' then 74.6 when '12' then 64.5
                when '13' then 64.4 else 60 end where niva = 'region'""")
    specification = build(build_db)["svarsfrekvens_karta"].vegalite
    assert specification is not None
    data = specification["datasets"]
    classes = dict(zip(geography.regions(), [area["klass"] for area in data["omraden"]], strict=True))
    numbers = dict(zip(geography.regions(), [row["text"] for row in data["tal"]], strict=True))
    assert [numbers[code] for code in ("25", "12", "13")] == ["75", "65", "64"]
    assert [classes[code] for code in ("25", "12", "13")] == ["75–79", "65–69", "60–64"]


@given(
    st.lists(st.floats(min_value=-1e6, max_value=1e6), min_size=1, max_size=21),
    st.sampled_from([None, 0, 1, 2]),
    st.integers(min_value=1, max_value=5),
)
@example([70.0, 71.2, 74.6], 0, 5)
@example([0.05, 2.45, 2.55], 1, 5)
@example([-1.0, 1.0], 0, 1)
@example([-1.0, 5e-324, 1e6], None, 2)
def test_every_value_is_in_the_class_whose_ends_print_around_it(
    values: list[float], decimals: int | None, most: int
) -> None:
    """The ends and the value are read as they are printed: by an eye, not by the code that rounds."""

    def read(text: str) -> Decimal:
        return Decimal(text.replace("\N{NO-BREAK SPACE}", "").replace(",", ".").replace("\N{MINUS SIGN}", "-"))

    classes = Classes.around(values, decimals, most)
    words = classes.in_words(None)
    assert 1 <= len(words) <= most
    for value in values:
        low, _, high = words[classes.of(value)].partition("–")
        assert read(low) <= read(shown(value, decimals)) <= read(high or low)


def _lightness(colour: str) -> float:
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2


def test_the_steps_of_the_map_differ_in_lightness_and_its_numbers_can_be_read() -> None:
    steps = [_lightness(colour) for colour in STEPS]
    assert steps == sorted(steps, reverse=True)
    assert min(light - dark for light, dark in pairwise(steps)) > 0.1
    for colour, ink in zip(STEPS, [0, 0, 0, 1, 1], strict=True):
        light, dark = sorted((_lightness(colour), float(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.0, colour


@pytest.mark.parametrize(
    ("code", "lon", "lat", "inside"),
    [
        ("25", 20.2, 67.9, True),  # Kiruna
        ("12", 13.2, 55.7, True),  # Lund
        ("09", 18.4, 57.5, True),  # Gotland
        ("23", 14.6, 63.2, True),  # Östersund
        ("25", 18.07, 59.33, False),
    ],
)
def test_the_areas_lie_where_they_lie(code: str, lon: float, lat: float, inside: bool) -> None:
    def covers(ring: list[list[float]]) -> bool:
        odd = False
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1):
                odd = not odd
        return odd

    shapes = geography.regions()[code]
    assert any(covers(shape[0]) for shape in shapes) == inside
    assert all(geography.area(shape[0]) < 0 for shape in shapes), "outer rings run clockwise"


def test_the_series_of_the_country_has_line_interval_and_swedish_months(series_db: Path, tmp_path: Path) -> None:
    figure = build(series_db)["tre_dagar_riket"]
    assert figure.vegalite is not None
    rows = figure.vegalite["datasets"]["serier"]
    assert len(rows) == 12
    assert {row["etikett"] for row in rows} == {"Riket"}
    assert all(row["ovre"] - row["undre"] == pytest.approx(6) for row in rows)
    codes = [int(code) for code in geography.regions()]
    share = sum(200 + 4 * code + 12 for code in codes) / 4 / len(codes)
    assert figure.alttext is not None
    assert figure.alttext.endswith(
        f"andelen i procent: Riket {share:.1f}.".replace(f"{share:.1f}", f"{share:.1f}".replace(".", ","))
    )
    assert "från januari 2020 till december 2020" in figure.alttext
    figures.write(tmp_path / "figurer", [figure])
    written = texts(svg(tmp_path / "figurer", "tre_dagar_riket"))
    assert "jul 2020" in written
    assert f"{share:.1f}".replace(".", ",") in written


def test_small_multiples_have_a_panel_per_region_with_the_country_in_each(series_db: Path, tmp_path: Path) -> None:
    figure = build(series_db)["tre_dagar_regioner"]
    assert figure.vegalite is not None
    rows = figure.vegalite["datasets"]["serier"]
    assert len(rows) == 21 * 12
    assert all(row["referens"] is not None for row in rows)
    gap = [row for row in rows if row["varde"] is None]
    assert [(row["tid"], row["saknas"]) for row in gap] == [("2020-06-01", "[x]")]
    figures.write(tmp_path / "figurer", [figure])
    written = texts(svg(tmp_path / "figurer", "tre_dagar_regioner"))
    panels = [text for text in written if text.startswith(("Blekinge ", "Östergötland ", "Gotland "))]
    assert panels == ["Blekinge 63,0", "Gotland 62,0", "Östergötland 58,0"], "alphabetical, with the newest share"
    assert "[x] uppgift saknas" in written


def test_a_figure_without_values_is_a_line_and_no_file(build_db: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(build_db)) as con:
        con.execute("update mart.webbtidbok set visa_tid = null, boka_tid = null, varde_status = 'x'")
        con.execute(THREE_DAYS)
        con.execute("delete from mart.medicinsk_bedomning_tre_dagar")
    found = build(build_db)
    figures.write(tmp_path / "figurer", [found["webbtidbok"], found["tre_dagar_riket"]])
    assert [path.name for path in (tmp_path / "figurer").rglob("*.*")] == [figures.CATALOGUE]
    rows = listed(tmp_path / "figurer")
    assert rows["webbtidbok"]["svg"] == rows["webbtidbok"]["png"] == rows["webbtidbok"]["alttext"] == ""
    assert rows["webbtidbok"]["meddelande"] == "Inga uppgifter har kommit in till figuren."
    assert rows["tre_dagar_riket"]["meddelande"] == "Inga uppgifter har kommit in till tabellen."


def test_another_process_on_a_machine_without_fonts_draws_the_same_bytes(
    folder: Path, built_db: Path, tmp_path: Path
) -> None:
    code = (
        "import sys; sys.path[:0] = sys.argv[1:2]; from pathlib import Path; import test_figures; "
        "from dagster_project.release import figures; "
        "drawn = test_figures.build(Path(sys.argv[2])); "
        "figures.write(Path(sys.argv[3]), [drawn[name] for name in sys.argv[4].split()])"
    )
    here = Path(__file__).parent
    fonts = tmp_path / "fonts.conf"
    fonts.write_text(f"<fontconfig><dir>{tmp_path}</dir></fontconfig>", encoding="utf-8")
    subprocess.run(
        [sys.executable, "-c", code, here, built_db, tmp_path / "figurer", "figur_5 svarsfrekvens_karta tabell_3"],
        cwd=here.parents[1],
        check=True,
        env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
    )
    drawn = [path.relative_to(tmp_path / "figurer") for path in sorted((tmp_path / "figurer").rglob("*.*"))]
    assert len(drawn) == 3 * 6 + 1
    for name in drawn:
        if str(name) != figures.CATALOGUE:
            assert (tmp_path / "figurer" / name).read_bytes() == (folder / name).read_bytes(), name


def test_a_figure_that_the_last_release_has_the_same_is_taken_over_from_it(
    first: Release, release_of: Callable[..., Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless its file there is not what was published."""
    monkeypatch.setattr(publish, "OUTPUTS", frozenset({"figures"}))
    drawn: list[str] = []
    files = figures._files

    def noted(figure: figures.PublishedFigure) -> dict[str, bytes]:
        drawn.append(figure.spec.id)
        return files(figure)

    monkeypatch.setattr(figures, "_files", noted)
    second = release_of("f2")
    before, after = (
        {path.relative_to(release.path): path.read_bytes() for path in (release.path / "figurer").rglob("*.*")}
        for release in (first, second)
    )
    assert len(before) > 6
    assert before == after
    assert drawn == []
    damaged = next((second.path / "figurer").glob("*.svg"))
    damaged.chmod(0o644)
    damaged.write_text("<svg/>", encoding="utf-8")
    third = release_of("f3")
    assert drawn == [damaged.stem]
    assert (third.path / "figurer" / damaged.name).read_bytes() == (first.path / "figurer" / damaged.name).read_bytes()


def test_measures_of_one_unit_share_a_scale_and_others_have_their_own() -> None:
    """A share beside a count would not be seen on the count's scale; two counts are compared by their bars."""
    edition = catalogue.load(2018)
    rows = [{"period": "2018-11-01", "halvar": "2018-11", "anslutna_vardenheter": 10_000.0, "andel_med_konto": 50.0}]
    counts = [{"ar": "2018", "barnmorska": 397, "specialistsjukskoterska": 2292}]
    ends = {}
    for name, held in (("figur_5", rows), ("figur_8", counts)):
        spec = next(table for table in edition.tabeller if table.id == name)
        blank = {"jamforelse": None, "varde_status": None, "pahittad": False}
        tidy = pd.DataFrame([blank | row for row in held])
        table = PublishedTable(spec, (), tidy, tidy, (), (), (), None)
        figure = next(figure for figure in edition.figurer if figure.id == name)
        [built] = figures.build_all(edition.model_copy(update={"figurer": [figure]}), [table])
        ends[name] = re.findall(r'"domain": \[0, ([0-9.]+)\]', json.dumps(built.vegalite))
    assert [float(end) for end in ends["figur_5"]] == [10_000, 50]
    assert len(set(ends["figur_8"])) == 1
