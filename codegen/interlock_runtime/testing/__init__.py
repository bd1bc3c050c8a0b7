"""What a service needs to test its handlers: samples, strategies for Hypothesis, and a plugin for pytest."""
