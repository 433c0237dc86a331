"""Builds cut off anywhere: what readers see meanwhile, and what the next build makes of it."""
