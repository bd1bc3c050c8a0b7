"""Modules that are copied into a generated package as they stand."""
