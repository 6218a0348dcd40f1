"""Lists without repetitions."""


def dedupe(items):
    """The items of a list without repetitions, first occurrences in their order; items need not be hashable."""
    if not isinstance(items, list):
        raise TypeError("dedupe takes a list")
    kept = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return kept
