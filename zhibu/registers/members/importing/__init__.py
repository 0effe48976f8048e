"""Importing rosters into the register of members: uploads, preview, the batch as one action, undo, export."""
