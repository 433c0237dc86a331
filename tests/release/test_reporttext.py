"""Search over the status reports: the same hits from the command line and in the page, which opens from disk."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from test_page import CHROMIUM, QUIET

from dagster_project.release import page, reporttext
from dagster_project.release.releases import Release

#: region, year, area, page, line, text
BLOCKS = [
    ("Halland", 2019, 1, 3, 40, "PÅHITTAT: Insatsen omfattar ett mobilt vårdteam."),
    ("Halland", 2019, 3, 4, 71, "PÅHITTAT: Fast vårdkontakt utses för kroniskt sjuka; teamet träffas varje vecka."),
    ("Halland", 2019, None, 5, 90, "PÅHITTAT: Kostnader <b>redovisas</b> inte & är okända."),
    (
        "Örebro län",
        2019,
        1,
        1,
        5,
        "PÅHITTAT: Flera insatser pågår. " + "Utfyllnad för att hamna långt bort. " * 8 + "Vårdteam saknas.",
    ),
    ("Örebro län", 2020, 1, 1, 6, "PÅHITTAT: Vårdkontakt som är fast."),
]
#: words, filters, the lines that a reader of the blocks above finds
QUERIES: list[tuple[str, dict[str, Any], list[int]]] = [
    ("insatser", {}, [40, 5]),  # insatsen and insatser
    ("vårdteamet", {}, [40, 5]),
    ("team", {}, [40, 71, 5]),  # also inside vårdteam
    ('"fast vårdkontakt"', {}, [71]),
    ("fast vårdkontakt", {}, [71, 6]),
    ("vårdkontakt", {"ar": 2020}, [6]),
    ("vårdteam", {"region": "Halland"}, [40]),
    ("pahittat", {}, []),  # å is a letter of its own
    ("PÅHITTAT", {"omrade": 3}, [71]),
    ("redovisning kostnad", {}, []),  # all words, and redovisning is no form of redovisas
    ("redovisade kostnaderna", {}, [90]),
]


@pytest.fixture
def database(build_db: Path) -> Path:
    with duckdb.connect(str(build_db)) as con:
        con.execute(
            "create table mart.rapporttext (ar integer, overenskommelse varchar, region_kod varchar, region varchar, nr integer,"
            " omrade integer, slag varchar, sida integer, rad_fran integer, rad_till integer, text varchar, leverans_id varchar)"
        )
        con.executemany(
            "insert into mart.rapporttext values (?, 'gnv_2019', '00', ?, ?, ?, 'stycke', ?, ?, 0, ?, 'L1')",
            [
                (ar, region, nr, area, sida, line, text)
                for nr, (region, ar, area, sida, line, text) in enumerate(BLOCKS)
            ],
        )
    return build_db


@pytest.mark.parametrize(("words", "filters", "lines"), QUERIES)
def test_hits_from_the_command_line(database: Path, words: str, filters: dict[str, Any], lines: list[int]) -> None:
    with duckdb.connect(str(database), read_only=True) as con:
        assert [t.rad for t in reporttext.search(con, words, **filters)] == lines


def test_the_words_around_a_hit(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as con:
        [far] = reporttext.search(con, "vårdteam", region="örebro län")
    assert far.sammanhang.startswith("…")
    assert far.sammanhang.endswith("hamna långt bort. [Vårdteam] saknas.")


def test_the_page_finds_the_same(database: Path, tmp_path: Path) -> None:
    """The script of the page, in Node, over the file that the page loads."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    with duckdb.connect(str(database), read_only=True) as con:
        assert reporttext.write(tmp_path, con) == {"regioner": ["Halland", "Örebro län"], "ar": [2019, 2020]}
    asked = [(w, {k: str(v) for k, v in f.items()}) for w, f, _ in QUERIES]
    script = f"""
        globalThis.window = {{}};
        require({json.dumps(str(tmp_path / reporttext.DATA))});
        const sok = require({json.dumps(str(page.HERE / "sok.js"))});
        const hits = {json.dumps(asked)}.map(([w, f]) => sok.search(window.RAPPORTTEXT, w, f));
        console.log(JSON.stringify(hits));"""
    answer = json.loads(subprocess.run([node, "-e", script], capture_output=True, text=True, check=True).stdout)
    assert [[hit["line"] for hit in hits] for hits in answer] == [lines for *_, lines in QUERIES]
    texts = {line: text for *_, line, text in BLOCKS}
    for (words, _, _), hits in zip(QUERIES, answer, strict=True):
        for hit in hits:
            shown = "".join(part for part, _ in hit["parts"])
            assert shown.strip("…") in texts[hit["line"]]
            terms = reporttext.wanted(words)
            assert {part.lower() for part, marked in hit["parts"] if marked} >= {terms[0]}


@pytest.mark.usefixtures("few_tables")
def test_search_in_the_page_opened_from_disk(database: Path, release_of: Callable[..., Release]) -> None:
    pytest.importorskip("playwright", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian package chromium)")
    from playwright.sync_api import expect, sync_playwright

    release = release_of()
    assert "sok/rapporttext.js" in release.manifest["filer"]
    index = release.path / page.INDEX
    assert "vårdteam" not in index.read_text(encoding="utf-8")  # the text stands beside the page, not in it
    odd: list[str] = []
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        tab = browser.new_page()
        tab.on("request", lambda r: None if r.url.startswith("file:") else odd.append(r.url))
        tab.on("pageerror", lambda e: odd.append(str(e)))
        tab.goto(index.as_uri())
        tab.get_by_role("link", name="Sök i rapporterna").first.click()
        form = tab.locator("#rapportsok")
        form.get_by_label("Ord").fill("insatser")
        form.get_by_role("button", name="Sök").click()
        expect(form.get_by_role("status")).to_have_text("2 träffar")
        hits = tab.locator("#rapporttraffar li")
        assert hits.locator("mark").all_inner_texts() == ["Insats", "insats"]
        assert hits.first.inner_text().startswith("Halland 2019, område 1, sida 3, rad 40: ")
        form.get_by_label("Region").select_option("Örebro län")
        form.get_by_label("Ord").press("Enter")
        expect(form.get_by_role("status")).to_have_text("1 träff")
        form.get_by_label("Region").select_option("alla")
        form.get_by_label("Ord").fill("redovisas")
        form.get_by_label("Ord").press("Enter")
        expect(form.get_by_role("status")).to_have_text("1 träff")
        assert "<b>redovisas</b>" in hits.first.inner_text()
        axe = pytest.importorskip("axe_core_python.sync_playwright", reason="axe-core-python is not installed")
        assert [v["id"] for v in axe.Axe().run(tab)["violations"]] == []
        browser.close()
    assert odd == []
