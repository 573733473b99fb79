"""The release set through veraPDF, the reference validator; needs Java."""
