export function initials(name) {
  return name.charAt(0).toUpperCase()
}
