"""Room 5: what leaves the house. A reporting year's marts are frozen as a release and never changed afterwards."""


class ReleaseError(Exception):
    """A release that cannot be made or exported. The message is one line and says what to do."""
