"""Where a contract is in its life: as it is written, and how it gets from one place to the next."""
