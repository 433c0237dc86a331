"""Room 5: what leaves the house. A reporting year's marts are frozen as a release and never changed afterwards."""

from dagster_project.errors import UserError


class ReleaseError(UserError):
    """A release that cannot be made, read or exported. The message is one line and says what to do."""
