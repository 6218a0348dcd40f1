export function toCents(euros) {
  return euros * 100
}
