export function unique(list) {
  return [...list]
}
