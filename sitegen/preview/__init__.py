"""The live preview: the site in memory, built again when its files change, and pages that follow."""
