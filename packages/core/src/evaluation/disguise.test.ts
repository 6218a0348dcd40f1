import { describe, expect, it } from 'vitest'
import { seededRandom } from '../randomness/seeded-random.ts'
import { disguises } from './disguise.ts'

const files = new Set(['check/oracle.js', 'check/bench.js', 'check/oracle.py', 'tools/bench.js'])
const of = (oracle: string, ...metrics: readonly string[]): ReturnType<typeof disguises> => disguises({ oracle, metrics, files, random: seededRandom('disguise') })

describe('disguises of an oracle', () => {
  it('dresses it as the benchmark first: its command, its file, another directory', () => {
    const [first] = of('node check/oracle.js', 'node check/bench.js')
    expect(first).toMatchObject({ command: 'node check/bench.js', copies: [{ from: 'check/oracle.js', to: 'check/bench.js' }] })
    expect(first?.directory).toMatch(/^\/srv\/[a-z]{8}$/)
  })

  it('falls back on another name beside it, for whatever it reads from there', () => {
    const [, renamed, plain] = of('node --expose-gc ./check/oracle.js --cases 5', 'node check/bench.js')
    expect(of('node --expose-gc ./check/oracle.js --cases 5', 'node check/bench.js').map(({ kind }) => kind)).toEqual(['under another name, in another directory', 'under another name'])
    expect(plain).toBeUndefined()
    expect(renamed?.command).toMatch(/^node --expose-gc \.\/check\/[a-z]{8}\.js --cases 5$/)
    expect(renamed?.copies[0]?.to).toBe(/\.\/(\S+)/.exec(renamed?.command ?? '')?.[1])
  })

  it('does not dress it as what is started in another way', () => {
    expect(of('python3 check/oracle.py', 'node check/bench.js').map(({ command }) => command)).not.toContain('node check/bench.js')
    expect(of('node check/oracle.js', 'node --jitless check/bench.js')[0]?.command).not.toContain('bench')
    expect(of('node check/oracle.js', 'node check/oracle.js')[0]?.kind).toBe('under another name, in another directory')
  })

  it.each(['npm run oracle', 'node check/oracle.js | sort', 'node src/unknown.js', 'cat check/oracle.js check/oracle.js'])('only moves %s to another directory', (command) => {
    expect(of(command, 'node check/bench.js')).toEqual([{ kind: 'in another directory', command, copies: [], directory: expect.stringMatching(/^\/srv\/[a-z]{8}$/) as string }])
  })

  it('takes other words for another change', () => {
    const other = disguises({ oracle: 'npm run oracle', metrics: [], files, random: seededRandom('other') })
    expect(other[0]?.directory).not.toBe(of('npm run oracle')[0]?.directory)
  })
})
