"""The command line of Interlock: each command parses, makes one library call, renders, and sets the exit code."""
