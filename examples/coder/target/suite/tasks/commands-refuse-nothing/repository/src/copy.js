export function run(input) {
  return ['copy', input]
}
