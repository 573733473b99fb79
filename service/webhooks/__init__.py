"""Telling other systems what happened: signed, retried, without anybody in it."""
