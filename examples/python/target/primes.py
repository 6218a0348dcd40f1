"""Primes up to a limit, and the prime factors of a number."""


def primes_up_to(limit):
    """All primes <= limit, ascending."""
    found = []
    for candidate in range(2, limit + 1):
        is_prime = True
        for divisor in range(2, candidate):
            if candidate % divisor == 0:
                is_prime = False
                break
        if is_prime:
            found.append(candidate)
    return found


def factors(number):
    """Prime factors of number >= 1, ascending, with repetition."""
    if number < 1:
        raise ValueError("number must be at least 1")
    result = []
    divisor = 2
    while number > 1:
        while number % divisor == 0:
            result.append(divisor)
            number //= divisor
        divisor += 1
    return result
