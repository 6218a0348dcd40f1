'use strict'

/** Inputs of every function, small to as large as the benchmark's, valid and invalid. */
module.exports = function draw(random) {
  const integer = (bound) => Math.floor(random() * bound)
  const pick = (list) => list[integer(list.length)]
  const letters = Array.from('abcdefgh<&>"\' é😀')
  const word = (length) => Array.from({ length }, () => pick(letters)).join('')
  const number = () => pick([() => integer(50), () => integer(1e6) - 5e5, () => random() * 1e3, () => random() * 1e16, () => -0])()
  const strange = [Number.NaN, -0, 0, undefined, null, '', '0', true, Infinity, -Infinity, '__proto__', 'constructor', 2 ** 53]
  const list = (length, make) => Array.from({ length }, make)

  const tree = (size) => {
    const nodes = list(size, (_, index) => ({ name: `n${index}`, children: [] }))
    for (let index = 1; index < size; index++) nodes[integer(index)].children.push(nodes[index])
    return nodes[0]
  }
  const graph = (size) => {
    const places = list(size, (_, index) => `p${index}`)
    return Object.fromEntries(places.map((place) => [place, Object.fromEntries(list(3, () => [pick(places), integer(100)]))]))
  }
  const template = (names, pieces) => list(pieces, () => pick([() => word(1 + integer(6)), () => `{{${pick(names)}}}`, () => '{ }', () => `{{ ${pick(names)} }}`])()).join('')
  return { integer, pick, word, number, strange, list, tree, graph, template }
}
