export function run(input) {
  return ['count', input]
}
