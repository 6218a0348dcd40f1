export function run(input) {
  return ['move', input]
}
