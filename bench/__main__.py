"""``make bench``: every benchmark at its quick size."""

from bench import annual, waiting_times

annual.run()
waiting_times.run()
