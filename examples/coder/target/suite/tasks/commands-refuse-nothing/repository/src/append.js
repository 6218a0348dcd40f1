export function run(input) {
  return ['append', input]
}
