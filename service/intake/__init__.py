"""Every way in ends in one Submission."""
