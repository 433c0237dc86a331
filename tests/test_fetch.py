"""The clients of Kolada and Socialstyrelsen's database against a server on this machine that answers as the real ones do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dagster_project import fetch
from dagster_project.deliveries import intake
from dagster_project.settings import Home
from dagster_project.sources import all_sources

NOW = datetime(2026, 9, 1, 12, 0)
Answer = tuple[int, dict[str, str], Any]


class Service:
    """A server whose answers are a function of path and query; it notes every question."""

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.answer: Callable[[str, dict[str, list[str]]], Answer] = lambda _path, _query: (
            404,
            {},
            {"detail": "Not Found"},
        )
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.questions.append(self.path)
                parts = urlsplit(self.path)
                status, headers, body = service.answer(parts.path, parse_qs(parts.query))
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.server.shutdown()
    service.server.server_close()


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client(slept: list[float]) -> fetch.Client:
    return fetch.Client(interval=0.0, sleep=slept.append)


def entry(kpi: str, region: str, year: int, value: float | None) -> dict[str, Any]:
    values = [{"gender": "T", "count": 1, "status": "", "value": value, "isdeleted": False}]
    return {"kpi": kpi, "municipality": region, "period": year, "values": values}


REGIONS = ["0000", "0001", "0003", "0004", "0005"]


def paged(service: Service, size: int = 2) -> Callable[[str, dict[str, list[str]]], Answer]:
    """Kolada's way of paging: ``next_url`` is a whole address, null on the last page."""

    def answer(path: str, query: dict[str, list[str]]) -> Answer:
        _, _, _, kpis, _, years = path.split("/")
        rows = [entry(k, r, int(y), 80.5) for k in kpis.split(",") for y in years.split(",") for r in REGIONS]
        page = int(query.get("page", ["1"])[0])
        last = page * size >= len(rows)
        following = None if last else f"{service.url}{path}?region_type=L&page={page + 1}"
        previous = None if page == 1 else f"{service.url}{path}?region_type=L&page={page - 1}"
        body = {
            "values": rows[(page - 1) * size : page * size],
            "count": size,
            "next_url": following,
            "previous_url": previous,
        }
        return 200, {}, body

    return answer


def test_every_page_is_saved_as_it_came_and_the_door_reads_it(
    service: Service, client: fetch.Client, home: Home
) -> None:
    service.answer = paged(service)
    written = fetch.kolada(home.landing, ["N79173"], [2024], now=NOW, url=service.url, client=client)
    assert [path.name for path in written] == [f"N79173_2024-2024_sida_00{n}_20260901T120000.json" for n in (1, 2, 3)]
    assert service.questions[0] == "/data/kpi/N79173/year/2024?region_type=L&per_page=5000"
    outcome = intake.take_in(home, all_sources()["kolada"])
    assert (len(outcome.nya), outcome.avvisade) == (3, [])
    register = intake.Register(home.register)
    assert {row["mottagen"] for row in register.leveranser()} == {NOW.isoformat()}
    assert {(t["respondent"], t["block"], t["period"][:4]) for t in register.tackning(2024)} == {
        (r[2:], "N79173", "2024") for r in REGIONS
    }


def test_at_most_25_ids_in_a_segment(service: Service, client: fetch.Client, home: Home) -> None:
    service.answer = lambda _path, _query: (200, {}, {"values": [], "count": 0, "next_url": None})
    fetch.kolada(
        home.landing, [f"N{n:05}" for n in range(30)], list(range(1990, 2020)), now=NOW, url=service.url, client=client
    )
    segments = [
        (q.split("/")[3].count(",") + 1, q.split("/")[5].split("?")[0].count(",") + 1) for q in service.questions
    ]
    assert segments == [(25, 25), (25, 5), (5, 25), (5, 5)]


def test_only_what_has_changed_since(service: Service, client: fetch.Client, home: Home) -> None:
    service.answer = lambda _path, _query: (200, {}, {"values": [], "count": 0, "next_url": None})
    assert (
        fetch.kolada(home.landing, ["N79173"], [2024], now=NOW, url=service.url, since="2026-08-01", client=client)
        == []
    )
    assert service.questions[0].endswith("&from_date=2026-08-01")


def test_too_many_questions_are_answered_by_waiting(
    service: Service, client: fetch.Client, home: Home, slept: list[float]
) -> None:
    refusals = iter([(429, {"Retry-After": "7"}, {}), (503, {}, {}), (500, {}, {})])
    after = paged(service, size=100)
    service.answer = lambda path, query: next(refusals, None) or after(path, query)
    assert len(fetch.kolada(home.landing, ["N79173"], [2024], now=NOW, url=service.url, client=client)) == 1
    assert len(service.questions) == 4
    assert [pause for pause in slept if pause] == [7.0, 2.0, 4.0]


def test_a_service_that_stays_down_leaves_nothing_behind(service: Service, client: fetch.Client, home: Home) -> None:
    first = paged(service)
    service.answer = lambda path, query: first(path, query) if "page" not in query else (503, {}, {})
    with pytest.raises(fetch.FetchError, match=r"answers 503 \(tried 5 times\); nothing was saved"):
        fetch.kolada(home.landing, ["N79173"], [2024], now=NOW, url=service.url, client=client)
    assert len(service.questions) == 6
    assert list(home.landing.rglob("*.json*")) == []


def test_nobody_answers(client: fetch.Client, home: Home, service: Service) -> None:
    service.server.shutdown()
    service.server.server_close()
    told: list[str] = []
    client.tell = told.append
    with pytest.raises(fetch.FetchUnreachable, match=r"no answer \(ConnectError\)"):
        fetch.kolada(home.landing, ["N79173"], [2024], now=NOW, url=service.url, client=client)
    assert len(told) == 4, "said at once, before each new try"
    assert told[0].startswith("127.0.0.1: no answer (ConnectError); try 2 of 5 in ")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((410, {}, {"detail": "Gone"}), "answers 410, this version of its interface is closed"),
        ((404, {}, {"detail": "Not Found"}), "answers 404"),
        ((200, {}, b"<html>Underh\xc3\xa5ll</html>"), "is not JSON"),
        ((200, {}, {"detail": "unknown"}), "has no list values"),
        ((200, {}, {"values": [entry("N00001", "0001", 2024, 1.0)], "next_url": None}), "is about N00001"),
        ((200, {}, {"values": [], "next_url": "http://annan.example/v3?page=2"}), "leads to another host"),
    ],
)
def test_an_answer_that_is_none(service: Service, client: fetch.Client, home: Home, answer: Answer, said: str) -> None:
    service.answer = lambda _path, _query: answer
    with pytest.raises(fetch.FetchError, match=said):
        fetch.kolada(home.landing, ["N79173"], [2024], now=NOW, url=service.url, client=client)
    assert len(service.questions) == 1
    assert list(home.landing.rglob("*.json*")) == []


def test_pages_in_a_ring(service: Service, client: fetch.Client, home: Home) -> None:
    service.answer = lambda path, _query: (200, {}, {"values": [], "next_url": f"{service.url}{path}?page=2"})
    with pytest.raises(fetch.FetchError, match="do not come to an end"):
        fetch.kolada(home.landing, ["N79173"], [2024], now=NOW, url=service.url, client=client)


# --- Socialstyrelsen ---------------------------------------------------------------------------------------------------


def sdb_row(region: int, sex: int = 3, year: int = 2024, value: str = "1 234,5") -> dict[str, Any]:
    return {"mattId": 1, "ar": year, "regionId": region, "konId": sex, "varde": value}


def sdb_answer(path: str, query: dict[str, list[str]]) -> Answer:
    """Two pages; a path with a misspelt segment is answered with every row there is."""
    rows = [sdb_row(r, s, y) for y in (2023, 2024) for r in (0, 1, 3) for s in (1, 2, 3)]
    segments = path.split("/")[3:]
    asked = dict(zip(segments[::2], segments[1::2], strict=False))
    for name, field in (("region", "regionId"), ("kon", "konId"), ("ar", "ar")):
        if name in asked:
            rows = [row for row in rows if str(row[field]) in asked[name].split(",")]
    page = int(query["sida"][0])
    following = f"{path}?per_sida=5000&sida={page + 1}" if page * 2 < len(rows) else None
    return 200, {}, {"data": rows[page * 2 - 2 : page * 2], "sidor": -(-len(rows) // 2), "nasta_sida": following}


def test_numbers_as_text_reach_the_door(service: Service, client: fetch.Client, home: Home) -> None:
    service.answer = sdb_answer
    written = fetch.sdb(
        home.landing, "amne", "1", regions=[0, 1, 3], sexes=[3], years=[2024], now=NOW, url=service.url, client=client
    )
    assert service.questions[0] == "/amne/resultat/matt/1/region/0,1,3/kon/3/ar/2024?per_sida=5000&sida=1"
    assert len(written) == 2
    outcome = intake.take_in(home, all_sources()["sdb"])
    assert (len(outcome.nya), outcome.avvisade) == (2, [])
    import duckdb

    found = duckdb.sql(
        f"select region_kod, kon, varde from '{home.raw}/sdb/varden/period=2024-01-01/*.parquet' order by all"
    )
    assert found.fetchall() == [("00", "T", 1234.5), ("01", "T", 1234.5), ("03", "T", 1234.5)]


def test_a_filter_that_was_not_used_is_seen(service: Service, client: fetch.Client, home: Home) -> None:
    def deaf(path: str, query: dict[str, list[str]]) -> Answer:
        return sdb_answer(path.replace("/ar/", "/aar/"), query)

    service.answer = deaf
    with pytest.raises(
        fetch.FetchError, match="a row has ar 2023, which was not asked for: the service has not used the filter"
    ):
        fetch.sdb(
            home.landing, "amne", "1", regions=[0, 1], sexes=[3], years=[2024], now=NOW, url=service.url, client=client
        )
    assert list(home.landing.rglob("*.json*")) == []


def test_the_command(service: Service, home: Home, uppfoljning: Callable[..., Any]) -> None:
    service.answer = paged(service, size=100)
    done = uppfoljning("--home", home.root, "fetch", "kolada", "N79173", "--years", "2023-2024", "--url", service.url)
    assert (done.code, done.err) == (0, "")
    (page,) = (home.landing / "kolada").glob("*.json")
    assert len(json.loads(page.read_text(encoding="utf-8"))["values"]) == 10
    wrong = uppfoljning("--home", home.root, "fetch", "kolada", "N79173", "--years", "i fjol", "--url", service.url)
    assert (wrong.code, "write a year or a span" in wrong.err) == (2, True)


def test_a_build_never_fetches() -> None:
    rooms = Path(fetch.__file__).parent
    users = {
        path.relative_to(rooms).as_posix()
        for path in rooms.rglob("*.py")
        if "httpx" in path.read_text(encoding="utf-8") or "import fetch" in path.read_text(encoding="utf-8")
    }
    assert users == {"cli/fetching.py", "fetch.py"}
