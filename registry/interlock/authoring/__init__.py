"""What architects do with a catalog beside judging it: start one, add to it, look at versions, bump and release."""
