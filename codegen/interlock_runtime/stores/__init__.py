"""Where consumers keep what must outlast a message: in memory, in SQLite, in Redis, as JSON Lines."""
