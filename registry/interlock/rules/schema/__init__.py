"""How payload schemas are written: valid, within the authoring profile, open for readers, and described."""
