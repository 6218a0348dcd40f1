'use strict'
// What kind of triangle three lengths make; a delay was left in, as in the tutorials of genetic improvement.
function delay() {
  let ticks = 0
  for (let i = 0; i < 1500; i++) {
    ticks += i % 7
  }
  return ticks
}

function classify(first, second, third) {
  let a = first
  let b = second
  let c = third
  delay()
  if (a > b) [a, b] = [b, a]
  if (a > c) [a, c] = [c, a]
  if (b > c) [b, c] = [c, b]
  if (a + b <= c) return 'none'
  if (a === b && b === c) return 'equilateral'
  if (a === b || b === c) return 'isosceles'
  return 'scalene'
}

exports.run = (size) => {
  const counts = { none: 0, equilateral: 0, isosceles: 0, scalene: 0 }
  for (let i = 0; i < 4 * size; i++) {
    const kind = classify(1 + ((i * 7) % 11), 1 + ((i * 5) % 9), 1 + ((i * 3) % 13))
    counts[kind]++
  }
  return counts
}
