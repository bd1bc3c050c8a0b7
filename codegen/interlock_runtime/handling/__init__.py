"""Handling what arrives: each message ends in exactly one outcome, and nothing that is not understood is lost."""
