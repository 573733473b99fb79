"""What a clinical scientist does with the limits: list, print, compare, replay, swap.

Everything here is made from the checked catalogue, never from the text of its files.
"""
