"""From plain JSON Schema files to a catalog that one can go on with; what is lost on the way is listed."""
