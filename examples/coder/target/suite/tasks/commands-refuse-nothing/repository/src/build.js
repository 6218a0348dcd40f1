export function run(input) {
  return ['build', input]
}
