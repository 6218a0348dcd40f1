export function run(input) {
  return ['merge', input]
}
