"""Fetch published values from Kolada and from Socialstyrelsen's statistics database, as files that the door reads.

Only ``uppfoljning fetch`` uses this; a build never goes out on the network. Answers are saved as they came, one file per page, and a set
of pages is put in landing only when it is whole.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import yaml
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from dagster_project.errors import Unreachable, UserError
from dagster_project.reading.sidecar import SUFFIX

KOLADA = "https://api.kolada.se/v3"
SDB = "https://sdb.socialstyrelsen.se/api/v1/sv"

#: Kolada takes at most this many ids in one segment of an address.
MAX_IDS = 25
PER_PAGE = 5000
#: A service that keeps pointing to another page is not followed for ever.
MAX_PAGES = 500


class FetchError(UserError):
    """The service did not give a usable answer."""


class FetchUnreachable(FetchError, Unreachable):
    """The service did not answer at all."""


class _TryAgain(Exception):
    """A failure that may pass: too many questions, an overloaded server, a broken connection (``silent``)."""

    def __init__(self, said: str, wait: float | None = None, *, silent: bool = False) -> None:
        super().__init__(said)
        self.wait, self.silent = wait, silent


@dataclass
class Client:
    """A patient client: at most one question per ``interval`` seconds, and ``attempts`` tries with growing pauses.

    ``tell`` is called with a line as soon as something goes wrong.
    """

    interval: float = 0.5
    attempts: int = 5
    sleep: Callable[[float], None] = time.sleep
    tell: Callable[[str], None] | None = None
    _last: float = 0.0

    def get(self, url: str) -> httpx.Response:
        """The answer to one question.

        :raises FetchError: the service says no, or does not answer after all attempts.
        """
        try:
            found: httpx.Response = Retrying(
                retry=retry_if_exception_type(_TryAgain),
                stop=stop_after_attempt(self.attempts),
                wait=_pause,
                sleep=self.sleep,
                before_sleep=lambda state: self._told(url, state),
                reraise=True,
            )(self._once, url)
        except _TryAgain as failure:
            kind = FetchUnreachable if failure.silent else FetchError
            raise kind(f"{url}: {failure} (tried {self.attempts} times); nothing was saved, try again later") from None
        return found

    def _told(self, url: str, state: RetryCallState) -> None:
        failure, pause = state.outcome.exception() if state.outcome else None, state.upcoming_sleep
        if self.tell:
            where = urlsplit(url).hostname
            self.tell(f"{where}: {failure}; try {state.attempt_number + 1} of {self.attempts} in {pause:.0f} s")

    def _once(self, url: str) -> httpx.Response:
        self.sleep(max(0.0, self._last + self.interval - time.monotonic()))
        self._last = time.monotonic()
        try:
            answer = httpx.get(url, timeout=60, headers={"User-Agent": "uppfoljning", "Accept": "application/json"})
        except httpx.TransportError as error:
            raise _TryAgain(f"no answer ({type(error).__name__})", silent=True) from None
        if answer.status_code == 429 or answer.status_code >= 500:
            after = answer.headers.get("Retry-After", "")
            raise _TryAgain(f"the service answers {answer.status_code}", float(after) if after.isdigit() else None)
        if answer.status_code == 410:
            raise FetchError(f"{url}: the service answers 410, this version of its interface is closed")
        if answer.status_code != 200:
            raise FetchError(f"{url}: the service answers {answer.status_code}")
        return answer


def _pause(state: RetryCallState) -> float:
    """As long as the service asks for, otherwise 1, 2, 4 … seconds."""
    failure = state.outcome.exception() if state.outcome else None
    asked = failure.wait if isinstance(failure, _TryAgain) else None
    return asked if asked is not None else float(wait_exponential(multiplier=1, max=60)(state))


def _pages(client: Client, url: str, rows: str, following: Sequence[str]) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Every page from ``url`` on: its bytes and what they say.

    :raises FetchError: a page is no JSON with ``rows``, or leads to another host or back to a page already seen.
    """
    seen: set[str] = set()
    nxt: str | None = url
    while nxt:
        if nxt in seen or len(seen) == MAX_PAGES:
            raise FetchError(f"{nxt}: the pages of the answer do not come to an end")
        if urlsplit(nxt).netloc != urlsplit(url).netloc:
            raise FetchError(f"{nxt}: the answer leads to another host")
        seen.add(nxt)
        answer = client.get(nxt)
        try:
            page = answer.json()
        except ValueError:
            raise FetchError(f"{nxt}: the answer is not JSON") from None
        if not isinstance(page, dict) or not isinstance(page.get(rows), list):
            raise FetchError(f"{nxt}: the answer has no list {rows}")
        yield answer.content, page
        link = next((page[key] for key in following if page.get(key)), None)
        nxt = urljoin(nxt, str(link)) if link else None


def kolada(
    landing: Path,
    kpis: Sequence[str],
    years: Sequence[int],
    *,
    now: datetime,
    url: str = KOLADA,
    since: str | None = None,
    client: Client | None = None,
) -> list[Path]:
    """Fetch key figures for all regions and the given years into ``landing/kolada``.

    :param since: only values changed on or after this day (``YYYY-MM-DD``).
    :returns: the files written, one per page; none when Kolada has no values.
    """
    client = client or Client()
    pages: list[tuple[str, bytes]] = []
    for group in _groups(kpis):
        for some in _groups([str(year) for year in years]):
            question = f"{url}/data/kpi/{','.join(group)}/year/{','.join(some)}?region_type=L&per_page={PER_PAGE}"
            question += f"&from_date={since}" if since else ""
            name = f"{_short(group)}_{some[0]}-{some[-1]}"
            for number, (content, page) in enumerate(_pages(client, question, "values", ("next_url", "next_page")), 1):
                unasked = {str(entry.get("kpi")) for entry in page["values"]} - set(group)
                if unasked:
                    raise FetchError(
                        f"{question}: the answer is about {', '.join(sorted(unasked))}, which was not asked for"
                    )
                if page["values"]:
                    pages.append((f"{name}_sida_{number:03}", content))
    return _save(landing / "kolada", pages, now, "Källa: Kolada")


def sdb(
    landing: Path,
    subject: str,
    measure: str,
    *,
    regions: Iterable[int],
    sexes: Iterable[int],
    years: Iterable[int],
    segments: Sequence[str] = (),
    now: datetime,
    url: str = SDB,
    client: Client | None = None,
) -> list[Path]:
    """Fetch one measure of a subject in Socialstyrelsen's statistics database into ``landing/sdb``.

    The service answers a misspelt segment with all its rows, so every row is held against what was asked.

    :param segments: further dimensions with their ids, as in the service's addresses: ``alder/9``.
    """
    asked = {
        "mattId": [measure],
        "regionId": list(map(str, regions)),
        "konId": list(map(str, sexes)),
        "ar": list(map(str, years)),
    }
    path = [*(f"{field.removesuffix('Id')}/{','.join(ids)}" for field, ids in asked.items()), *segments]
    for segment in segments:
        name, _, ids = segment.partition("/")
        asked[f"{name}Id"] = ids.split(",")
    question = f"{url}/{subject}/resultat/{'/'.join(path)}?per_sida={PER_PAGE}&sida=1"
    pages = []
    for number, (content, page) in enumerate(_pages(client or Client(), question, "data", ("nasta_sida",)), 1):
        for row in page["data"]:
            _as_asked(question, row, asked)
        if page["data"]:
            pages.append((f"{subject}_{measure}_sida_{number:03}", content))
    return _save(landing / "sdb", pages, now, "Källa: Socialstyrelsens statistikdatabas")


def _as_asked(question: str, row: Mapping[str, Any], asked: Mapping[str, list[str]]) -> None:
    for field, ids in asked.items():
        if str(row.get(field)) not in ids:
            raise FetchError(
                f"{question}: a row has {field} {row.get(field)}, which was not asked for: the service has not used the filter"
            )


def _groups(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), MAX_IDS):
        yield ids[start : start + MAX_IDS]


def _short(ids: Sequence[str]) -> str:
    return ids[0] if len(ids) == 1 else f"{ids[0]}-{ids[-1]}"


def _save(folder: Path, pages: Sequence[tuple[str, bytes]], now: datetime, sender: str) -> list[Path]:
    """Write a whole set, every page with a sidecar that states the same time of receipt."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = now.strftime("%Y%m%dT%H%M%S")
    sidecar = yaml.safe_dump(
        {"mottagen": now.replace(microsecond=0).isoformat(), "avsandare": sender}, allow_unicode=True
    )
    written = []
    with tempfile.TemporaryDirectory(dir=folder, prefix=".hamtar_") as work:
        for name, content in pages:
            safe = re.sub(r"[^A-Za-z0-9_-]+", "_", name)
            (Path(work) / f"{safe}_{stamp}.json{SUFFIX}").write_text(sidecar, encoding="utf-8")
            (Path(work) / f"{safe}_{stamp}.json").write_bytes(content)
            written.append(folder / f"{safe}_{stamp}.json")
        for path in sorted(Path(work).iterdir(), key=lambda p: not p.name.endswith(SUFFIX)):
            path.rename(folder / path.name)
    return written
