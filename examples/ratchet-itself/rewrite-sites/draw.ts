const bodies: readonly ((n: number) => string)[] = [
  (n) => `  const seen = []\n  for (const item of list) if (!seen.includes(item.id)) seen.push(item.id)\n  return seen.length + ${n}`,
  (n) => `  let best = null\n  for (const { price: [least = ${n}], ...rest } of list) {\n    if (best === null || least < best) best = least\n    if (['a', 'b', 'c'].includes(rest.kind)) break\n  }\n  return best`,
  (n) => `  return list.filter((item) => item.price > ${n}).map(({ name }) => name.trim()).join(', ')`,
  (n) => `  const [first, second = ${n}] = list\n  let total = 0\n  for (let at = 0; at < list.length; at++) total += list[at].price * other(first, second)\n  return total`,
  (n) => `  const queue = [list]\n  while (queue.length > ${n % 3}) {\n    const next = queue.shift()\n    for (const child of next.children ?? []) queue.push(child)\n  }\n  return queue`,
  (n) => `  try {\n    const { a, b: { c } } = read(list, ${n})\n    return [a, ...c].map((each) => new RegExp('x${n}').test(each))\n  } catch ({ message }) {\n    return [message]\n  }`,
]

/** A module of that many functions of ordinary kinds, some of which can be made faster. */
export function drawModule(draw: (bound: number) => number, functions: number): string {
  return `${Array.from({ length: functions }, (_, at) => `export function f${at}(list, other = ${draw(9)}) {\n${bodies[draw(bodies.length)]?.(draw(90)) ?? ''}\n}`).join('\n\n')}\n`
}
