"""How well the service does, measured: on vignettes, on outside data, on mix-ups."""
