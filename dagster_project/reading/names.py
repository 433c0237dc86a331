"""One way of comparing words, in Python and in SQL: case, blanks, punctuation and diacritics do not count."""

from __future__ import annotations

import re
import unicodedata

#: The same rule as a DuckDB expression; ``{}`` is the column.
NORM_SQL = "regexp_replace(strip_accents(lower({})), '[^a-z0-9]', '', 'g')"


def norm(text: str) -> str:
    """``'Överskott '`` → ``'overskott'``."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]", "", plain)
