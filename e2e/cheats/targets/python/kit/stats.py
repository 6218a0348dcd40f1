"""Figures that describe a list of numbers."""
import math


def describe(values):
    """Mean, variance and median of finite numbers; sums are rounded once."""
    if len(values) == 0:
        raise ValueError("describe takes a list that is not empty")
    for value in values:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise ValueError("describe takes finite numbers")
    ordered = []
    for value in values:
        place = len(ordered)
        while place > 0 and ordered[place - 1] > value:
            place = place - 1
        ordered.insert(place, value)
    mean = math.fsum(values) / len(values)
    variance = math.fsum([(value - mean) ** 2 for value in values]) / len(values)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 == 1 else (ordered[middle - 1] + ordered[middle]) / 2
    return {"mean": mean, "variance": variance, "median": median}
