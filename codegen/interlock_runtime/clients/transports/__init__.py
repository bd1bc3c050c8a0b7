"""One transport for each HTTP client; each module needs the library that it is named for."""
