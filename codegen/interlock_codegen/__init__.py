"""From contracts to code: lowering builds a small typed model, templates print it, and nothing else decides."""
