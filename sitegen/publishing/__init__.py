"""Publishing: a built site brought to where readers find it, and one module for each sort of target."""
