"""Judging values by declared rules, with no catalog and no file: copied as it is into each generated package."""
