"""The tagged canvas, the fonts, and the drawing of a Page."""
