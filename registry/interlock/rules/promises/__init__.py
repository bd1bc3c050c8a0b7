"""What a contract promises beside its schema, and in which direction each promise may move."""
