"""From contracts to the model of the code."""
