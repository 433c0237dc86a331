"""Performance against peers, all in one run. A figure here is a ratio; the seconds only hold for the machine that printed them."""
