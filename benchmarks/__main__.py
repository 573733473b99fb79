"""``make bench``: every comparison in turn, ours beside the other, in one process.

The machine's speed drifts, so only the ratios of one run mean something.
"""

from benchmarks import bundles, files, interpreting, posting, printing

if __name__ == "__main__":
    for comparison in (interpreting, files, bundles, printing, posting):
        comparison.main()
        print()
