"""Damaged deliveries by the thousand: each is read right, or its sender is told (``make fuzz``).

A case is an example delivery with one thing changed (:mod:`cells`, :mod:`tables`, :mod:`containers`, :mod:`outside`), and what a
right reading of it may come to. Worker processes take the cases in as a build does, beside a good delivery, and are watched for time
and memory (:mod:`watch`). What came out is held against the unchanged delivery (:mod:`verdict`) and counted (:mod:`tally`).

A case is made from its seed and its number and nothing else, so that a long run can be made in stretches, and one case again.
"""
