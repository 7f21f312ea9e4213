"""Raw tables become one checked table."""
