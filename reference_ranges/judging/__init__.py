"""How one value is held against all limits that apply: made ready, judged, decided."""
