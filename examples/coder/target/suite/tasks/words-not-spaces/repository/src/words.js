export function countWords(text) {
  return text.split(' ').length
}

export function longestWord(text) {
  return text.split(/\s+/).reduce((one, other) => (other.length > one.length ? other : one), '')
}
