export function total(invoice) {
  let sum = 0
  for (const line of invoice.lines) {
    sum += line.pieces * line.cents
  }
  return sum
}
