"""How many ways there are to pay an amount."""


def ways(amount, coins):
    """Ways to pay `amount` with any number of each of the distinct, positive `coins`."""
    if not isinstance(amount, int) or amount < 0:
        raise ValueError("the amount is a whole number from 0")
    if any(not isinstance(coin, int) or coin < 1 for coin in coins):
        raise ValueError("coins are whole numbers from 1")
    return _ways(amount, sorted(set(coins)))


def _ways(amount, coins):
    if amount == 0:
        return 1
    if amount < 0 or not coins:
        return 0
    return _ways(amount - coins[-1], coins) + _ways(amount, coins[:-1])
