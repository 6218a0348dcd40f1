'use strict'

/** The `count` largest numbers of a list, largest first; of equal ones the earlier comes first. */
function top(values, count) {
  if (!Number.isInteger(count) || count < 0) throw new RangeError('count is a whole number from 0')
  if (values.some((value) => typeof value !== 'number' || Number.isNaN(value))) throw new TypeError('top takes numbers')
  const left = [...values]
  const found = []
  while (found.length < count && left.length > 0) {
    let best = 0
    for (let index = 1; index < left.length; index++) {
      if (left[index] > left[best]) best = index
    }
    found.push(left[best])
    left.splice(best, 1)
  }
  return found
}

module.exports = { top }
