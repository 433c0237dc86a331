"""``make bench``: every benchmark at its quick size."""

from bench import annual

annual.run()
