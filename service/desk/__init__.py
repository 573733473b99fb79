"""The blueprints for people."""
