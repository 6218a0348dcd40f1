'use strict'

/** Rows by the text of one of their fields: an object of arrays, groups and rows in order of appearance. */
function group(rows, field) {
  if (!Array.isArray(rows)) throw new TypeError('group takes an array of rows')
  return rows.reduce((groups, row) => {
    const key = String(row[field])
    const earlier = Object.hasOwn(groups, key) ? groups[key] : []
    return { ...groups, [key]: [...earlier, row] }
  }, {})
}

module.exports = { group }
