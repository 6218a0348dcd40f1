import { describe, expect, it } from 'vitest'
import { readCoverage } from './read-coverage.ts'
import { suspiciousPlaces } from './suspicious-places.ts'

const lines = (...of: readonly number[]) => new Map([['a.js', new Set(of)]])
const weights = (places: ReturnType<typeof suspiciousPlaces>) => Object.fromEntries(places.map(({ line, weight }) => [line, Number(weight.toFixed(2))]))

describe('suspicious places', () => {
  it('are those that failing runs cover and passing ones do not', () => {
    expect(weights(suspiciousPlaces([{ failed: true, covered: lines(1, 2), tail: '' }, { failed: false, covered: lines(1, 3), tail: '' }]))).toEqual({ 2: 0.6, 1: 0.42 })
  })

  it('come first where the failure names them', () => {
    const [first] = suspiciousPlaces([{ failed: true, covered: lines(1, 2, 3), tail: 'at f (/work/a.js:2:9)' }])
    expect(first).toEqual({ kind: 'failing-test', path: 'a.js', line: 2, weight: 1 })
  })

  it('are none where nothing fails', () => expect(suspiciousPlaces([{ failed: false, covered: lines(1), tail: '' }])).toEqual([]))
})

describe('coverage', () => {
  const text = 'f()\nfunction f() {\n  return 1\n}\nfunction g() {\n  return 2\n}\n'
  const v8 = { result: [{ url: 'file:///work/a%20b.js', functions: [{ ranges: [{ startOffset: 0, endOffset: text.length, count: 1 }] }, { ranges: [{ startOffset: text.indexOf('function g'), endOffset: text.length - 1, count: 0 }] }] }] }

  it('of V8 and of Python is read by lines, of the files that count', () => {
    const python = { lines: { '/work/c.py': [0, 3, 4], '/usr/lib/x.py': [1], '/work/other.py': [1] } }
    const covered = readCoverage(`${JSON.stringify(v8)}\n${JSON.stringify(python)}\n`, '/work/', (path) => (path === 'other.py' ? null : text))
    expect([...covered].map(([path, own]) => [path, [...own]])).toEqual([['a b.js', [1, 2, 3]], ['c.py', [3, 4]]])
  })

  it('that cannot be read says nothing', () => {
    for (const url of ['file://[', 'file:///work/%', 'file:///work/%ff.js', 'file://%zz/work/a.js', 'file:////work/a.js', 'file://']) {
      const document = JSON.stringify({ result: [{ url, functions: [{ ranges: [{ startOffset: 0, endOffset: 9, count: 1 }] }] }] })
      expect(readCoverage(document, '/work/', () => text).size).toBe(0)
    }
    for (const documents of ['', '{', '[1]', '{"result":[{"url":"file:///work/a.js","functions":[{"ranges":[{"startOffset":-5,"endOffset":1e12,"count":1}]}]}]}']) expect(readCoverage(documents, '/work/', () => text).size).toBe(0)
  })
})
