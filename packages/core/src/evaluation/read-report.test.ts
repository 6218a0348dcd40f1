import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readReport, type ReportSources } from './read-report.ts'

const nonce = new Uint8Array(32).fill(7)
const channel = (...messages: readonly unknown[]): Uint8Array =>
  Buffer.from(
    messages
      .map((message, sequence) => {
        const body = JSON.stringify(message)
        return `${createHmac('sha256', nonce).update(`${sequence}\n${body}`).digest('hex')} ${body}\n`
      })
      .join(''),
  )
const written = Buffer.from('{"numTotalTests":1,"success":true,"testResults":[{"name":"/work/a.js","status":"passed","assertionResults":[{"title":"t","status":"passed","ancestorTitles":[]}]}]}')
const said = channel(['start', 'vitest'], ['case', 'passed', ['/work/a.js', 'group', 't']], ['case', 'failed', ['/work/a.js', 'group', 't']], ['end', 2, 'run'])
const read = (change: Partial<ReportSources>): ReturnType<typeof readReport> => readReport({ format: 'vitest', command: 'vitest run', written, channel: said, nonce, root: '/work', ...change })

describe('readReport', () => {
  it('takes what came over the channel, with names below the tree and made unique', () => {
    expect(read({})).toEqual({ report: 'parsed', trust: 'sealed', cases: [{ name: 'a.js > group > t', outcome: 'passed' }, { name: 'a.js > group > t #2', outcome: 'failed' }] })
  })

  it('takes what the command wrote only where there was no channel', () => {
    expect(read({ channel: null })).toMatchObject({ report: 'parsed', trust: 'reported', cases: [{ outcome: 'passed' }] })
    expect(read({ channel: new Uint8Array() })).toMatchObject({ report: 'missing', cases: [] })
    expect(read({ channel: said.subarray(0, -200) })).toMatchObject({ report: 'malformed', cases: [] })
  })

  it('refuses what another runner says', () => {
    expect(read({ format: 'jest' })).toMatchObject({ report: 'malformed', cases: [] })
  })

  it('tells formats that are not sealed, and no format at all', () => {
    expect(read({ format: 'junit', written: Buffer.from('<testsuites><testcase name="t"/></testsuites>') })).toMatchObject({ report: 'parsed', trust: 'reported' })
    expect(read({ format: 'exit-code' })).toEqual({ report: 'not-asked', cases: [], trust: 'exit-code' })
  })

  it.each<[string, string]>([
    ['vitest run', 'sealed'],
    ['cd packages/a && npx vitest run --config=x', 'sealed'],
    ['npm run build && vitest run', 'reported'],
    ['./build; vitest run', 'reported'],
    ['vitest run $(./list)', 'reported'],
    ['cd x && ./build && vitest run', 'reported'],
    ['cd $(./x) && vitest run', 'reported'],
    ['./build\nvitest run', 'reported'],
    ['true | vitest run', 'reported'],
  ])('trusts `%s` as %s: what runs before the runner has the channel', (command, trust) => {
    expect(read({ command }).trust).toBe(trust)
  })
})
