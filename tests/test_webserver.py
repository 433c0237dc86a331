"""The web interface answers its own pages, and no page of another site."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dagster_project.webserver import OwnPagesOnly

REPO = Path(__file__).resolve().parents[1]


def answer(_: Request) -> PlainTextResponse:
    return PlainTextResponse("svar")


APP = Starlette(routes=[Route(path, answer, methods=["GET", "POST"]) for path in ("/graphql", "/runs")])
APP.add_middleware(OwnPagesOnly, names=["127.0.0.1", "uppfoljning.myndighet.se"])
CLIENT = TestClient(APP, base_url="http://127.0.0.1:3000")


@pytest.mark.parametrize(
    ("method", "path", "headers", "code"),
    [
        ("POST", "/graphql", {"origin": "http://127.0.0.1:3000"}, 200),
        ("POST", "/graphql", {}, 200),  # no browser: the command line of somebody on this machine
        ("POST", "/graphql", {"origin": "http://annan.se"}, 403),
        ("POST", "/graphql", {"origin": "http://127.0.0.1:8000"}, 403),  # another program on this machine
        ("POST", "/graphql", {"origin": "null"}, 403),  # a page from disk
        ("GET", "/graphql", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 403),
        (
            "GET",
            "/runs",
            {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
            200,
        ),  # a link that is followed
        (
            "GET",
            "/runs",
            {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
            403,
        ),  # an image of another page
        ("POST", "/graphql", {"host": "annan.se", "origin": "http://annan.se"}, 403),  # its name led to this machine
        ("POST", "/graphql", {"host": "uppfoljning.myndighet.se", "origin": "https://uppfoljning.myndighet.se"}, 200),
    ],
)
def test_own_pages_only(method: str, path: str, headers: dict[str, str], code: int) -> None:
    assert CLIENT.request(method, path, headers=headers).status_code == code


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
def test_no_other_origin_ever_starts_anything(origin: str) -> None:
    answered = CLIENT.post("/graphql", headers={"origin": origin}).status_code
    assert answered == 403 or origin.split("://")[-1].split("/")[0].split("?")[0].split("#")[0] == "127.0.0.1:3000"


def test_the_real_one(home: Any) -> None:
    """Dagster's own server, started as an analyst does: it answers its page, and not another site's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "dagster_project.cli", "--home", str(home.root), "serve", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=REPO, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            ask = {"query": "{ version }"}
            url = f"http://127.0.0.1:{port}"
            for _ in range(600):
                try:
                    own = httpx.post(f"{url}/graphql", json=ask, headers={"origin": url}, timeout=60)
                    break
                except httpx.TransportError:
                    time.sleep(0.2)
            assert "version" in json.loads(own.text)["data"]
            assert httpx.post(f"{url}/graphql", json=ask, headers={"origin": "http://annan.se"}).status_code == 403
            assert httpx.get(url, headers={"host": "annan.se"}).status_code == 403
            assert "Dagster" in httpx.get(url).text
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # with the processes that it has started
            process.wait()
