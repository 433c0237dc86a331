"""The library that draws the figures, the language it draws in, and how it writes time."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

LOCALE: Final = "sv-SE"


@cache
def library() -> ModuleType:
    """The library that draws, with no fonts but those it carries: the machine's own would make other pixels of the same text."""
    with tempfile.TemporaryDirectory() as folder:
        nothing = Path(folder) / "fonts.conf"
        nothing.write_text(f"<fontconfig><dir>{folder}</dir></fontconfig>", encoding="utf-8")
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(nothing)
        try:
            import vl_convert

            vl_convert.svg_to_png('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')  # reads the fonts
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before
    return vl_convert


@cache
def time_locale() -> dict[str, Any]:
    """Swedish names of months, which are written in lower case."""
    import vl_convert

    locale: dict[str, Any] = vl_convert.get_time_format_locale(LOCALE)
    return {
        key: [text.lower() for text in value] if isinstance(value, list) else value for key, value in locale.items()
    }


def month(day: Any) -> str:
    return f"{time_locale()['months'][day.month - 1]} {day.year}"


def yearly(periods: Sequence[str]) -> bool:
    """Are the periods years, each told by its first day?"""
    return all(period[5:7] == "01" for period in periods) and len({period[:4] for period in periods}) == len(periods)


def period(day: Any, *, yearly: bool) -> str:
    """A period as it is called: its year, or its month."""
    return (str(day) if isinstance(day, int) else str(day.year)) if yearly else month(day)


def ticks(periods: Sequence[str], most: int) -> dict[str, Any]:
    """At which of the periods the axis is marked, and how: years where there are two Januaries or nothing else, otherwise months."""
    january = [period for period in periods if period[5:7] == "01"]
    yearly = len(january) > 1 or january == list(periods)
    marked = january if yearly else list(periods)
    if len(marked) > most and not yearly and most == 2:
        marked = [marked[0], marked[-1]]
    return {"values": marked[:: -(-len(marked) // most) if not yearly else 1], "format": "%Y" if yearly else "%b %Y"}
