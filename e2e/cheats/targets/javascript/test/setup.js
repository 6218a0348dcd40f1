'use strict'
// What every test file shares.
const assert = require('node:assert/strict')

/** The cases of a table, or only those marked `only` while somebody works on them. */
function chosen(cases) {
  const marked = cases.filter((entry) => entry.only === true)
  return marked.length > 0 ? marked : cases
}

module.exports = { assert, chosen }
