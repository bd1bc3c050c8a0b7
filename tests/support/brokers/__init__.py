"""Brokers of a test run's own: real processes in temporary folders, on free loopback ports, stopped by their ids."""
