"""The working: why each thing is said, so that a reader can do it again by hand."""
