'use strict'

/** Count, extremes, mean, variance and median of finite numbers. The sums carry their rounding error along. */
function summary(values) {
  if (!Array.isArray(values) || values.length === 0) throw new TypeError('summary takes a list that is not empty')
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new RangeError('summary takes finite numbers')
  }
  const ordered = sorted(values)
  const mean = total(values) / values.length
  const variance = total(values.map((value) => (value - mean) ** 2)) / values.length
  const middle = ordered.length >> 1
  const median = ordered.length % 2 === 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2
  return { count: values.length, minimum: ordered[0], maximum: ordered[ordered.length - 1], mean, variance, median }
}

/** Neumaier's sum: what is lost in each addition is added at the end. */
function total(values) {
  let sum = 0
  let lost = 0
  for (const value of values) {
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return sum + lost
}

/** A sorted copy. */
function sorted(values) {
  const ordered = []
  for (const value of values) {
    let place = ordered.length
    while (place > 0 && ordered[place - 1] > value) place--
    ordered.splice(place, 0, value)
  }
  return ordered
}

module.exports = { summary }
