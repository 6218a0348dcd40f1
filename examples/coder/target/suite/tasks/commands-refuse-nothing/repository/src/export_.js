export function run(input) {
  return ['export_', input]
}
