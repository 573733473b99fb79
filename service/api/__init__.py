"""The blueprints for machines."""
