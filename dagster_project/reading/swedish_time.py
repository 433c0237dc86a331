"""Time in Sweden: an instant becomes the clock there, and a time without a zone is a clock there already."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = "Europe/Stockholm"
STOCKHOLM = ZoneInfo(ZONE)


def local(moment: datetime) -> datetime:
    """A time as a clock in Sweden shows it, without zone.

    :raises OverflowError: outside the years 1 to 9999.
    """
    return moment.astimezone(STOCKHOLM).replace(tzinfo=None) if moment.tzinfo else moment


def now() -> datetime:
    """The clock in Sweden, whatever the machine's own zone, to the second."""
    return datetime.now(STOCKHOLM).replace(tzinfo=None, microsecond=0)
