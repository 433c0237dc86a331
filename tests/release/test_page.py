"""The release's web page in real Chromium: opened from disk, used with mouse and keyboard, checked for accessibility."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dagster_project.release.releases import Release

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
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.odd = []
    page.on("request", lambda r: None if r.url.startswith("file:") else page.odd.append(r.url))
    page.on("console", lambda m: page.odd.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: page.odd.append(str(e)))
    page.goto(index.as_uri())
    yield page
    page.close()


def first_cells(page: Any, table: str) -> list[str]:
    return [cell.inner_text() for cell in page.locator(f"[data-tabell={table}] tbody tr th").all()]


def test_a_click_path(browser_page: Any) -> None:
    from playwright.sync_api import expect

    page = browser_page
    assert page.title() == "Uppföljning av omställningen till en mer nära vård 2020"
    page.get_by_role("link", name="Tabell 2. Mottagningar med webbtidbok").click()
    regions = first_cells(page, "tabell_2")
    assert regions[:2] == ["Blekinge", "Dalarna"]
    assert len(regions) == 21

    box = page.locator("[data-tabell=tabell_2]")
    heading = box.get_by_role("columnheader", name="Visa tid")
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    assert first_cells(page, "tabell_2")[0] == "Gotland"  # 13, the lowest printed
    heading.get_by_role("button").press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    assert first_cells(page, "tabell_2")[0] == "Stockholm"  # 873, the highest printed

    box.get_by_label("Filtrera").fill("Halland")
    expect(box.get_by_role("status")).to_have_text("1 av 21 rader visas")
    assert first_cells(page, "tabell_2") == ["Halland"]
    assert box.locator("tbody td").all_inner_texts() == ["668", "494"]
    assert page.odd == []


def test_one_region_in_every_table(browser_page: Any, index: Path) -> None:
    """The choice filters every table of regions, leaves the others whole, stands in the address and is read from it."""
    page = browser_page
    page.get_by_label("Visa en region").select_option("Gotland")
    assert first_cells(page, "tabell_2") == ["Gotland"]
    assert first_cells(page, "tabell_1") == ["Gotland"]
    assert len(first_cells(page, "tabell_3")) == 6
    assert page.url.endswith("?region=Gotland")
    page.goto(f"{index.as_uri()}?region=V%C3%A4rmland")
    assert first_cells(page, "tabell_2") == ["Värmland"]
    page.get_by_label("Visa en region").select_option("Alla regioner")
    assert len(first_cells(page, "tabell_2")) == 21
    page.goto(f"{index.as_uri()}?region=Atlantis")
    assert len(first_cells(page, "tabell_2")) == 21
    assert page.odd == []


def test_the_reservation_of_tabell_2_stands_on_the_page_and_no_share_is_shown(index: Path) -> None:
    text = index.read_text(encoding="utf-8")
    section = text[text.index('id="tabell_2"') : text.index("</section>", text.index('id="tabell_2"'))]
    assert "saknar uppgift om hur många mottagningar" in section
    assert "procent" not in section.split("Definitioner")[0].lower()


def test_figures_have_alternative_texts_and_downloads_exist(index: Path, browser_page: Any) -> None:
    for image in browser_page.locator("figure img").all():
        assert len(image.get_attribute("alt") or "") > 20
    for link in browser_page.locator("a[href]:not([href^='#'])").all():
        assert (index.parent / str(link.get_attribute("href"))).is_file(), link.get_attribute("href")


def test_axe_finds_nothing(browser_page: Any) -> None:
    axe = pytest.importorskip("axe_core_python.sync_playwright", reason="axe-core-python is not installed")
    found = axe.Axe().run(browser_page)["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found] == []


def test_small_and_on_its_own(index: Path) -> None:
    assert index.stat().st_size < 2_000_000
    linked = re.findall(r'(?:src|href)="([^"#]+)"', index.read_text(encoding="utf-8"))
    assert linked
    assert not [link for link in linked if "//" in link]


def test_without_script_the_page_is_complete(index: Path) -> None:
    text = index.read_text(encoding="utf-8")
    assert text.count("Östergötland") >= 2
    assert 'lang="sv"' in text
