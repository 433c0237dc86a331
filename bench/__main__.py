"""``make bench``: every benchmark at its quick size."""

from bench import loops, waiting_times

loops.run()
waiting_times.run()
