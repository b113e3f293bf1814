"""Values to findings: where anchors stand, whether quotes are there, and what the rules say of the ledger."""
