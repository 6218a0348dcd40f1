'use strict'

/** How many characters must be inserted, deleted or replaced to turn one text into the other. */
function distance(one, other) {
  if (typeof one !== 'string' || typeof other !== 'string') throw new TypeError('distance takes two texts')
  const rows = Array.from(one)
  const columns = Array.from(other)
  const table = Array.from({ length: rows.length + 1 }, (_, row) => Array.from({ length: columns.length + 1 }, (_, column) => (row === 0 ? column : column === 0 ? row : 0)))
  for (let row = 1; row <= rows.length; row++) {
    for (let column = 1; column <= columns.length; column++) {
      const choices = [table[row - 1][column] + 1, table[row][column - 1] + 1, table[row - 1][column - 1] + (rows[row - 1] === columns[column - 1] ? 0 : 1)]
      table[row][column] = Math.min(...choices)
    }
  }
  return table[rows.length][columns.length]
}

module.exports = { distance }
