export const cubes = [
  0,
  1,
  8,
  27,
]
