export function run(input) {
  return ['check', input]
}
