'use strict'

/** The values of a list without repetitions, first occurrences in their order; NaN equals NaN, 0 equals -0. */
function unique(values) {
  if (!Array.isArray(values)) throw new TypeError('unique takes an array')
  const kept = []
  for (const value of values) {
    if (!kept.includes(value)) kept.push(value)
  }
  return kept
}

module.exports = { unique }
