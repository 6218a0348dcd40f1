"""Prime numbers."""


def primes_up_to(limit):
    """All primes up to a limit, ascending."""
    if not isinstance(limit, int):
        raise TypeError("the limit is a whole number")
    found = []
    for candidate in range(2, limit + 1):
        for divisor in found:
            if candidate % divisor == 0:
                break
        else:
            found.append(candidate)
    return found
