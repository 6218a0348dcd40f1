export function pages(list, size) {
  const result = []
  for (let start = 0; start + size <= list.length; start += size) result.push(list.slice(start, start + size))
  return result
}
