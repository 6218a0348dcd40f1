"""Products of matrices as lists of rows."""


def multiply(left, right):
    """The product of two matrices of numbers; sums run from the first term to the last."""
    for matrix in (left, right):
        if not matrix or not matrix[0]:
            raise ValueError("a matrix has rows and columns")
        for row in matrix:
            if len(row) != len(matrix[0]):
                raise ValueError("rows of one length are needed")
    if len(left[0]) != len(right):
        raise ValueError("the matrices do not fit")
    product = []
    for i in range(len(left)):
        row = []
        for j in range(len(right[0])):
            total = 0
            for k in range(len(right)):
                total = total + left[i][k] * right[k][j]
            row = row + [total]
        product = product + [row]
    return product
