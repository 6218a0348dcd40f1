'use strict'

/** Sum of the numbers in an array. */
module.exports = function sum(numbers) {
  let total = 0
  for (let index = 0; index < numbers.length; index++) total += numbers[index]
  return total
}
