"""The shell: HTTP, files, clock, secrets, logs, database. Composes the other two."""
