"""``make bench``: every comparison in turn, ours beside the other, in one process.

The machine's speed drifts, so only the ratios of one run mean something.
"""

from benchmarks import bundles, files, interpreting, messages, posting, printing

_ALL = (interpreting, files, messages, bundles, printing, posting)

if __name__ == "__main__":
    for comparison in _ALL:
        comparison.main()
        print()
