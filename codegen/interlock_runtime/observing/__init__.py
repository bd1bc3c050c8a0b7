"""What the platform knows afterwards: lineage, delays, gaps and missing deliveries, each from evidence alone."""
