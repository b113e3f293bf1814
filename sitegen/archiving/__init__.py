"""Fetching sources: a polite client, what a page's words are, and the copy and record that are kept of it."""
