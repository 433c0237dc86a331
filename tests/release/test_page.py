"""The release's web pages in real Chromium: opened from disk, measured, used with mouse and keyboard, checked for accessibility."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from dagster_project.release.page import regions
from dagster_project.release.releases import Release
from dagster_project.release.tables import shown

pytest.importorskip("playwright", reason="playwright is not installed")

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def index(published: Release) -> Path:
    return published.path / "index.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian package chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(browser: Any, index: Path) -> Iterator[Any]:
    """The page opened from disk by a visitor who was never here. Every request that is not a file, and every error in the
    console, is noted."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.odd = []
    page.on("request", lambda r: None if r.url.startswith("file:") else page.odd.append(r.url))
    page.on("console", lambda m: page.odd.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: page.odd.append(str(e)))
    page.goto(index.as_uri())
    yield page
    page.close()


DESK, PHONE, A4 = 1400, 390, 703  # the last is 210 mm less margins, at 96 dots to an inch


def opened(browser: Any, path: Path, width: int, **how: Any) -> Any:
    """A page with every table open, at a width."""
    page = browser.new_page(viewport={"width": width, "height": 844}, **how)
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    return page


def too_wide(page: Any) -> list[str]:
    """The tables and figures that reach outside the page or have a scroll bar of their own."""
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll("table, figure, .bilder, img, h1, h2, h3, p")]
            .filter((e) => { const r = e.getBoundingClientRect();
                return r.right > document.documentElement.clientWidth + 1 || e.scrollWidth > e.clientWidth + 1 && e.clientWidth; })
            .map((e) => `${e.tagName} ${e.closest("section")?.getAttribute("aria-labelledby")}`)"""
    )
    return found


def first_cells(page: Any, table: str) -> list[str]:
    return [str(c.text_content()) for c in page.locator(f"[data-tabell={table}] tbody tr:not([hidden]) th").all()]


def test_a_click_path(browser_page: Any) -> None:
    """From a question to its figure and table; sorted, filtered by what is shown."""
    from playwright.sync_api import expect

    page = browser_page
    assert page.title() == "Uppföljning av omställningen till en mer nära vård 2020"
    page.get_by_role("link", name="Hur många mottagningar har webbtidbok?").click()
    assert page.url.endswith("#tabell_2")
    section = page.locator("section[aria-labelledby=tabell_2]")
    section.locator("summary").first.click()
    regions_shown = first_cells(page, "tabell_2")
    assert regions_shown[:2] == ["Blekinge", "Dalarna"]
    assert len(regions_shown) == 21

    box = page.locator("[data-tabell=tabell_2]")
    heading = box.get_by_role("columnheader", name="Visa tid")
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    assert first_cells(page, "tabell_2")[0] == "Gotland"  # 13, the lowest printed
    heading.get_by_role("button").press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    assert first_cells(page, "tabell_2")[0] == "Stockholm"  # 873, the highest printed

    box.get_by_label("Filtrera Tabell 2").fill("494")
    expect(box.get_by_role("status")).to_have_text("1 av 21 rader visas")
    assert first_cells(page, "tabell_2") == ["Halland"]
    assert box.locator("tbody tr:not([hidden]) td").all_inner_texts() == ["668", "494"]
    assert page.odd == []


def test_one_region(browser_page: Any, index: Path) -> None:
    """The choice shows its rows and the country's, lifts it out in the figures, hides what is not about regions, stands in the address and
    is read from it; its own page is one step away."""
    page = browser_page
    page.get_by_label("Visa en region").select_option("Gotland")
    assert first_cells(page, "tabell_2") == ["Gotland"]
    assert first_cells(page, "tabell_1") == ["Gotland"]
    assert page.locator("section[aria-labelledby=tabell_3]").is_hidden()
    assert page.url.endswith("?region=09")
    assert page.locator("#valt a").get_attribute("href") == "region/gotland.html"
    page.locator("#figur-webbtidbok").scroll_into_view_if_needed()
    page.locator("#figur-webbtidbok svg path[fill='#b3470b']").first.wait_for()
    assert page.locator("#figur-webbtidbok [role=img]").get_attribute("aria-label")
    page.goto(f"{index.as_uri()}?region=17#tabell_2")
    assert first_cells(page, "tabell_2") == ["Värmland"]
    page.get_by_label("Visa en region").select_option("Alla regioner")
    assert len(first_cells(page, "tabell_2")) == 21
    assert page.locator("section[aria-labelledby=tabell_3]").is_visible()
    page.goto(f"{index.as_uri()}?region=Atlantis")
    assert len(first_cells(page, "tabell_2")) == 21
    assert page.odd == []


def test_it_fits_where_it_is_read(browser: Any, index: Path) -> None:
    """No table is wider than its place on a desk, in a hand or on paper, and none has a scroll box of its own."""
    region = index.parent / "region" / "halland.html"
    for path in (index, region, index.with_name("english.html")):
        for width in (DESK, PHONE):
            page = opened(browser, path, width)
            assert too_wide(page) == [], (path.name, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.close()
    page = opened(browser, index, A4)
    page.emulate_media(media="print")
    assert too_wide(page) == []
    page.close()


def test_the_first_figures_are_met_at_once(browser: Any, index: Path) -> None:
    """A number on a phone's first screen, few steps to the first table, and something to see within a second."""
    page = browser.new_page(viewport={"width": PHONE, "height": 844})
    paints = []
    for _ in range(3):
        page.goto(index.as_uri())
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
    assert min(paints) < 1000
    point = page.locator(".punkter li").first
    assert re.search(r"\d", point.inner_text())
    assert point.bounding_box()["y"] < 844
    stops = page.evaluate(
        """(() => { const all = [...document.querySelectorAll("a[href], button, input, select, summary")]
            .filter((e) => e.checkVisibility()); return all.indexOf(document.querySelector("figure ~ details summary")); })()"""
    )
    assert 0 < stops <= 150
    page.close()


def test_dark_for_those_who_want_it(browser: Any, index: Path) -> None:
    colours = []
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(index.as_uri())
        colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.close()
    assert colours == ["rgb(255, 255, 255)", "rgb(17, 24, 29)"]


def test_without_script_the_page_is_complete(browser: Any, index: Path) -> None:
    page = opened(browser, index, DESK, java_script_enabled=False)
    page.locator("section[aria-labelledby=tabell_2] summary").first.click()
    assert len(first_cells(page, "tabell_2")) == 21
    assert page.locator("#figur-webbtidbok img").get_attribute("src") == "figurer/webb/webbtidbok-bred.svg"
    assert page.get_by_label("Visa en region").is_hidden()
    assert page.get_by_role("link", name="Halland").get_attribute("href") == "region/halland.html"
    page.close()


def test_the_reservation_of_tabell_2_stands_on_the_pages_and_no_share_is_shown(index: Path) -> None:
    for path in (index, index.parent / "region" / "halland.html"):
        text = path.read_text(encoding="utf-8")
        section = text[text.index('<h3 id="tabell_2"') : text.index("</section>", text.index('<h3 id="tabell_2"'))]
        assert "saknar uppgift om hur många mottagningar" in section
        assert "procent" not in section.split("<dl>")[0].lower()
        assert "av 21" not in section, "and no region is told its place by it"


def test_figures_have_alternative_texts_and_every_link_leads_somewhere(index: Path) -> None:
    folder = index.parent
    pages = [index, folder / "english.html", *sorted((folder / "region").iterdir())]
    assert len(pages) == 23
    for path in pages:
        text = path.read_text(encoding="utf-8")
        ids = set(re.findall(r' id="([^"]+)"', text))
        for image in re.findall(r"<img [^>]*>", text):
            assert len(re.findall(r'alt="([^"]*)"', image)[0]) > 20
        for link in re.findall(r'(?:src|srcset|href|data-skript|data-bibliotek)="([^"]+)"', text):
            file, _, place = link.partition("#")
            assert "//" not in link
            assert not file or (path.parent / file.partition("?")[0]).is_file(), link
            assert file or place in ids, link
        assert path.stat().st_size < (1_500_000 if path == index else 300_000)


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [("index", DESK, "light"), ("index", PHONE, "dark"), ("region/halland", DESK, "dark"), ("english", PHONE, "light")],
)
def test_axe_finds_nothing(browser: Any, index: Path, name: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_core_python.sync_playwright", reason="axe-core-python is not installed")
    page = opened(browser, index.parent / f"{name}.html", width, color_scheme=scheme)
    found = axe.Axe().run(page)["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found] == []
    page.close()


# --- the pages of the examples: all that is published ------------------------------------------------------------------


class Visible(HTMLParser):
    """The text that a reader sees or hears of a page, piece by piece."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.hidden = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style")
        self.pieces += [
            value for name, value in attrs if value and name in ("alt", "aria-label", "content", "title", "data-h")
        ]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.pieces.append(data)


def pages_of(release: Release) -> dict[str, str]:
    files = [release.path / "index.html", release.path / "english.html", *(release.path / "region").iterdir()]
    return {path.name: path.read_text(encoding="utf-8") for path in files}


def test_no_reader_meets_a_code(release: Release) -> None:
    """No name of a column, key of a file or id of a delivery stands in what is seen; a search's text is the senders' own."""
    odd = {}
    deliveries = {str(row["leverans_id"]) for row in release.manifest["leveranser"]}
    for name, text in pages_of(release).items():
        for piece in Visible(text).pieces:
            codes = re.findall(r"[\w.]*\w_\w+", piece)
            codes += re.findall(r"\b[A-ZXUN]\d{5}\b|\bmart\.\w+", piece)
            codes += [delivery for delivery in deliveries if delivery in piece]
            odd |= dict.fromkeys(codes, (name, piece[:80]))
    assert odd == {}


def test_a_regions_page_says_nothing_that_no_published_table_says(release: Release) -> None:
    """Every number of a value, of the country, of similar regions and of a table is one of a csv file, as print rounds it."""
    known = set()
    for path in (release.path / "csv").glob("*.csv"):
        if path.stem in ("harkomst", "dataordlista"):
            continue
        with path.open(encoding="utf-8", newline="") as stream:
            for value in chain.from_iterable(row.values() for row in csv.DictReader(stream)):
                known.add(value)
                if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", str(value)):
                    known |= {shown(float(value), decimals) for decimals in (0, 1, 2)}
    words = " ".join(value for value in known if not re.fullmatch(r"[\d\s.,\u2212-]*", str(value)))
    read = 0
    for path in (release.path / "region").iterdir():
        text = path.read_text(encoding="utf-8")
        said = re.findall(r'<p class="varde"><strong>(.*?)</strong>', text) + re.findall(
            r"<span>Riket (.*?)</span>", text
        )
        said += re.findall(
            r"[^\d\s;][^;<]*? ([\d,\u2212\u00a0]+)(?=[;<])", " ".join(re.findall(r"Liknande regioner: ([^<]*<)", text))
        )
        said += re.findall(r"<td[^>]*>([^<]*)</td>", text)
        for cell in said:
            for number in re.findall(r"\u2212?\d[\d\u00a0]*(?:,\d+)?", re.sub(r"\[[^]]*\]", "", cell)):
                read += 1
                assert number.replace("\u00a0", "") in {n.replace("\u00a0", "") for n in known} or number in words, (
                    path.name,
                    cell,
                )
    assert read > 1000


def test_a_region_is_told_its_place_by_what_is_published(release: Release) -> None:
    """Counted from the csv file: of the last month, among the regions whose share is shown."""
    with (release.path / "csv" / "tre_dagar.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["andel"]]
    last = max(row["period"] for row in rows)
    shares = {row["region"]: float(row["andel"]) for row in rows if row["period"] == last and row["region_kod"] != "00"}
    assert len(shares) > 15
    for region, share in shares.items():
        text = (release.path / "region" / f"{regions.slug(region)}.html").read_text(encoding="utf-8")
        part = text[text.index("Medicinsk bedömning inom tre dagar i primärvården, regionerna") :]
        place = sum(other > share for other in shares.values()) + 1
        assert f"<span>Plats {place} av {len(shares)}</span>" in part[: part.index("</div>")], region
    hidden = {"Gotland", "Värmland"} - shares.keys()
    assert hidden
    for region in hidden:
        text = (release.path / "region" / f"{regions.slug(region)}.html").read_text(encoding="utf-8")
        part = text[text.index("Medicinsk bedömning inom tre dagar i primärvården, regionerna") :]
        part = part[: part.index("</div>")]
        assert "<strong>[c]</strong>" in part, region
        assert "Plats" not in part, region


def test_the_main_points_say_change_and_comparison(release: Release) -> None:
    """By the printed shares of Tabell 3 and malbild, the printed sums of Tabell 2, and a change counted from the csv file."""
    text = " ".join(Visible((release.path / "index.html").read_text(encoding="utf-8")).pieces)
    assert "74 procent av kommunerna har brist på specialistsjuksköterskor och 58 procent på sjuksköterskor." in text
    assert "28 procent av kommunerna (62 av 225) har en målbild" in text
    with (release.path / "csv" / "tre_dagar.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["region_kod"] == "00"]
    first, last = (round(float(rows[place]["andel"]), 1) for place in (0, -1))
    change = f"{abs(round(last - first, 1))}".replace(".", ",")
    assert f"{change} procentenheter {'högre' if last > first else 'lägre'} än i januari 2020" in text
    english = (release.path / "english.html").read_text(encoding="utf-8")
    assert (
        "74 per cent of municipalities report a shortage of specialist nurses, and 58 per cent a shortage of nurses."
        in english
    )
    assert f"{change.replace(',', '.')} percentage points" in english
