"""Side by side with what one would use instead; ratios within one run."""
