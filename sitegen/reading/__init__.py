"""Files to values, with a place for every value. Nothing here opens a file: the bytes are handed in."""
