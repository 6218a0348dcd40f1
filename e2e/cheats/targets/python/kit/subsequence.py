"""What two texts have in common."""


def common_length(one, other):
    """Length of the longest sequence of letters that both texts hold in the same order."""
    if not isinstance(one, str) or not isinstance(other, str):
        raise TypeError("common_length takes two texts")
    table = [[0 for _ in range(len(other) + 1)] for _ in range(len(one) + 1)]
    for row in range(1, len(one) + 1):
        for column in range(1, len(other) + 1):
            choices = [table[row - 1][column], table[row][column - 1]]
            if one[row - 1] == other[column - 1]:
                choices.append(table[row - 1][column - 1] + 1)
            table[row][column] = max(choices)
    return table[len(one)][len(other)]
