export function run(input) {
  return ['pack', input]
}
