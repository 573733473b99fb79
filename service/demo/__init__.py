"""A handful of invented patients that show each kind of outcome."""
