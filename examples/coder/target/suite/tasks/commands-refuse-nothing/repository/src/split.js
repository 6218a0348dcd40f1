export function run(input) {
  return ['split', input]
}
