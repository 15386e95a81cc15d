"""Linear algebra in plain Python: what a few hundred designs need."""

from math import fsum

Square = list[list[float]]


def inverse(square: Square) -> Square:
    """Return the inverse by Gauss and Jordan with the largest pivot; raises ValueError for a singular matrix."""
    size = len(square)
    rows = [[*row, *(1.0 if i == j else 0.0 for j in range(size))] for i, row in enumerate(square)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda i: abs(rows[i][column]))
        if abs(rows[pivot][column]) < 1e-300:
            raise ValueError("the matrix has no inverse")
        rows[column], rows[pivot] = rows[pivot], rows[column]
        top = rows[column]
        rows[column] = top = [value / top[column] for value in top]
        for i, row in enumerate(rows):
            if i != column and (factor := row[column]) != 0.0:
                rows[i] = [value - factor * above for value, above in zip(row, top, strict=True)]
    return [row[size:] for row in rows]


def times(square: Square, vector: list[float]) -> list[float]:
    """Return the product of a matrix and a vector."""
    return [fsum(a * b for a, b in zip(row, vector, strict=True)) for row in square]
