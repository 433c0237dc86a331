"""What the records of the catalogue have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Record(BaseModel):
    """A record of a file: its fields are the file's, and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def fill(form: str, values: Mapping[str, Any]) -> str:
    """The form with its names filled in.

    :raises ValueError: it names what is not among the values.
    """
    try:
        return form.format(**values)
    except (LookupError, AttributeError, ValueError) as error:
        raise ValueError(f"{form!r} cannot be filled in: {error}") from error
