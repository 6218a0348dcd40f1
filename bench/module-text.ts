/** About 100 lines of ordinary code in ten functions. */
export function moduleText(index: number): string {
  const functions = Array.from({ length: 10 }, (_, number) => {
    const name = `step${index}x${number}`
    return `function ${name}(list, limit) {
  const kept = []
  let total = ${number}
  for (let i = 0; i < list.length; i++) {
    if (list[i] > limit && i % ${number + 2} !== 1) kept.push(list[i] * ${index + 3})
    total += list[i] - ${number + 1}
  }
  return { kept, total, mean: total / (list.length + 1) }
}
exports.${name} = ${name}
`
  })
  return functions.join('\n')
}
