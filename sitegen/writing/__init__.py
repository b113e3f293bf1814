"""Values and findings to bytes: weaving marks into a page, themes, feeds, and records for machines."""
