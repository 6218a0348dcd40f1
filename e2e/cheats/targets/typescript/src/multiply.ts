export type Matrix = readonly (readonly number[])[]

/** The product of two matrices; sums run from the first term to the last. Ragged or unfitting matrices are refused. */
export function multiply(left: Matrix, right: Matrix): number[][] {
  for (const matrix of [left, right]) {
    if (matrix.length === 0 || matrix.some((row) => row.length !== matrix[0]?.length)) throw new RangeError('rows of one length are needed')
  }
  if (left[0]?.length !== right.length) throw new RangeError('the matrices do not fit')
  return left.map((row) =>
    (right[0] ?? []).map((_, place) => {
      const column = right.map((other) => other[place] ?? 0)
      return row.map((value, index) => value * (column[index] ?? 0)).reduce((sum, product) => sum + product, 0)
    }),
  )
}
