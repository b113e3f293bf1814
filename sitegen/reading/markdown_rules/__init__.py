"""Rules that extend CommonMark: one module a syntax, each a plug-in function for markdown-it."""
