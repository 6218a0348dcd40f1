'use strict'
// A grid that is smoothed again and again, with settings looked up on the way.
function weights(settings) {
  const list = []
  for (let i = 0; i < settings.kernel.weights.length; i++) list.push(settings.kernel.weights[i] / settings.kernel.scale)
  return list
}

function smooth(grid, settings) {
  const next = []
  for (let y = 0; y < grid.length; y++) {
    const row = []
    for (let x = 0; x < grid[y].length; x++) {
      let sum = 0
      for (let k = 0; k < settings.kernel.weights.length; k++) {
        const near = grid[y][(x + k) % grid[y].length]
        sum += near * weights(settings)[k]
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

exports.run = (size) => {
  const settings = { kernel: { weights: [1, 2, 3, 2, 1], scale: 9 } }
  let grid = []
  for (let y = 0; y < size; y++) {
    const row = []
    for (let x = 0; x < size; x++) row.push((x * 31 + y * 17) % 101)
    grid.push(row)
  }
  for (let round = 0; round < 3; round++) grid = smooth(grid, settings)
  return [peak(grid), above(grid, 40), flat(grid).slice(0, 5)]
}
exports.size = 40
