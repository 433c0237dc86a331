"""Two ways of comparing words, each in Python and in SQL: headings and names freely, codes to the letter."""

from __future__ import annotations

import re
import unicodedata

#: The months as text names them, January first.
MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni", "juli"),
    *("augusti", "september", "oktober", "november", "december"),
)

#: The rule of :func:`norm` as a DuckDB expression; ``{}`` is the column.
NORM_SQL = "regexp_replace(strip_accents(lower({})), '[^a-z0-9]', '', 'g')"

_BLANKS = "[ \t\r\n\x0b\x0c\x1c-\x1f\x85\u00a0\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+"

#: The rule of :func:`key` as a DuckDB expression; ``{0}`` is the column.
KEY_SQL = (
    "case when regexp_matches({0}, '[0-9]') "
    f"then trim(regexp_replace(strip_accents(lower({{0}})), '{_BLANKS}', ' ', 'g')) else {NORM_SQL.format('{0}')} end"
)


def norm(text: str) -> str:
    """Case, blanks, punctuation, diacritics and raised note marks do not count: ``'Överskott¹ '`` → ``'overskott'``."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]", "", plain)


def key(text: str) -> str:
    """What a cell must share with a code or a name of a list to be it.

    With a figure in it, every sign counts but case, diacritics and the blanks around: ``186.0`` is not ``1860`` and ``-1`` not ``1``.
    Without, it is :func:`norm`.
    """
    if not re.search("[0-9]", text):
        return norm(text)
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return re.sub(_BLANKS, " ", unicodedata.normalize("NFC", plain)).strip(" ")
