'use strict'
// Ways through a grid of steps, and plans made of them.
function ways(rows, columns) {
  if (rows === 0 || columns === 0) return 1
  return ways(rows - 1, columns) + ways(rows, columns - 1)
}

function evens(list) {
  return list.map((value) => value * 3).filter((value) => value % 2 === 0).map((value) => value + 1)
}

function grouped(list) {
  return list.reduce((groups, value) => ({ ...groups, [value % 40]: [...(groups[value % 40] || []), value] }), {})
}

function hasAny(list, wanted) {
  return list.filter((value) => wanted.indexOf(value) !== -1).length > 0
}

function merged(lists) {
  const out = []
  for (const list of lists) {
    for (const value of list) {
      if (out.indexOf(value) === -1) out.push(value)
    }
  }
  return out
}

exports.run = (size) => {
  const list = []
  for (let i = 0; i < size; i++) list.push((i * 37) % 1009)
  const groups = grouped(evens(list))
  const all = merged(Object.values(groups))
  return [ways(8, 7), all.length, hasAny(all, list), Object.keys(groups).length]
}
exports.size = 900
