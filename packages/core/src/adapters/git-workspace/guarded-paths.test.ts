import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { guardedPaths } from './guarded-paths.ts'

const isProtected = (path: string): boolean => path.includes('p')
const covers = (guarded: readonly string[], path: string): boolean => guarded.some((place) => path === place || path.startsWith(`${place}/`))

it('guards few files one by one, and many by the folders that hold nothing else', () => {
  expect(guardedPaths(['p/1', 'p/2', 'a'], isProtected)).toEqual(['p/1', 'p/2'])
  const many = Array.from({ length: 300 }, (_, index) => `p/${index}`)
  expect(guardedPaths([...many, 'mixed/p1', 'mixed/a'], isProtected)).toEqual(['p', 'mixed/p1'])
})

it('guards every protected file and no other, however many there are', () => {
  const path = fc.array(fc.constantFrom('p', 'a', 'b'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 30 }), fc.boolean(), (paths, crowded) => {
      const files = paths.filter((one) => !paths.some((other) => other.startsWith(`${one}/`)))
      const all = crowded ? [...files, ...Array.from({ length: 300 }, (_, index) => `crowd-p/${index}`)] : files
      const guarded = guardedPaths(all, isProtected)
      for (const file of all) expect(covers(guarded, file)).toBe(isProtected(file))
    }),
  )
})
