"""The requirements that the software meets, as data: each with its proof."""
