'use strict'
// A grid that is smoothed again and again, with settings looked up on the way.
function smooth(grid, settings) {
  const next = []
  for (let y = 0; y < grid.length; y++) {
    const row = []
    for (let x = 0; x < grid[y].length; x++) {
      const weights = settings.kernel.weights.map((weight) => weight / settings.kernel.scale)
      let sum = 0
      for (let k = 0; k < settings.kernel.weights.length; k++) {
        sum += grid[y][(x + k) % grid[y].length] * weights[k]
      }
      row.push(Math.round(sum * 1000) / 1000)
    }
    next.push(row)
  }
  return next
}

function flat(grid) {
  return grid.reduce((all, row) => all.concat(row), [])
}

function peak(grid) {
  return Math.max(...flat(grid))
}

function above(grid, limit) {
  let found = false
  grid.forEach((row) => {
    row.forEach((value) => {
      if (value > limit) found = true
    })
  })
  return found
}

function labels(grid) {
  const seen = []
  for (const value of flat(grid)) {
    const label = new RegExp('^[0-9]+').exec(String(value))[0]
    if (!seen.includes(label)) seen.push(label)
  }
  return seen
}

exports.run = (size) => {
  const settings = { kernel: { weights: [1, 2, 3, 2, 1], scale: 9 } }
  let grid = []
  for (let y = 0; y < size; y++) {
    const row = []
    for (let x = 0; x < size; x++) row.push((x * 31 + y * 17) % 101)
    grid.push(row)
  }
  for (let round = 0; round < 2; round++) grid = smooth(grid, settings)
  return [peak(grid), above(grid, 40), labels(grid).length, flat(grid).slice(0, 5)]
}
exports.size = 60
