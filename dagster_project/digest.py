"""The hash by which a file's content is known."""

from __future__ import annotations

import hashlib
from pathlib import Path


def content(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex.

    :raises OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
