export function run(input) {
  return ['find', input]
}
