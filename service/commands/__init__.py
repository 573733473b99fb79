"""The commands of ``plainlab``, one module for each thing they are about."""
