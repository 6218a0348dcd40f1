export function run(input) {
  return ['join', input]
}
