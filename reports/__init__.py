"""Paper: an Interpretation and an identity in, a page out. Decides nothing."""
