"""What can go wrong in a way the user can do something about. The command line shows the message, one line, no traceback."""


class UserError(Exception):
    """Wrong use: an argument, a missing folder, a query that does not parse. Exit code 2."""


class Unreachable(UserError):
    """The network, or a service on it, could not be reached. Exit code 4."""


class NothingPublished(Exception):
    """The build ended without a release. Exit code 3."""
