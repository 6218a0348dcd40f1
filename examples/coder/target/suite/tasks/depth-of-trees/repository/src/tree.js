export function depth(node) {
  return 1
}
