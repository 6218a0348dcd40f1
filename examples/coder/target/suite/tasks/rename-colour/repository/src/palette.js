export const color = '#123'

export function colorOf(thing) {
  return thing.color ?? color
}

export function hasColor(thing, color) {
  return colorOf(thing) === color
}
