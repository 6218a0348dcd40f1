import { expect, it } from 'vitest'
import { linkNames } from './link-names.ts'

const names = linkNames(new Map([['check', 'src/real'], ['test.sh', 'check/run.sh'], ['out', '../elsewhere'], ['etc', '/etc'], ['lib/self', '..'], ['a', 'b'], ['b', 'a']]))

it.each([
  ['src/real/run.sh', ['check/run.sh', 'lib/self/src/real/run.sh', 'test.sh']],
  ['src/real', ['check', 'lib/self/src/real']],
  ['src/realistic', ['lib/self/src/realistic']],
  ['a', ['b', 'lib/self/a']],
])('gives %j the names %j', (path, expected) => {
  for (const name of expected) expect(names(path)).toContain(name)
})

it('follows nothing out of the tree, and ends', () => {
  expect(names('elsewhere')).not.toContain('out')
  expect(names('x').length).toBeLessThan(70)
  expect(linkNames(new Map())('x')).toEqual([])
})
