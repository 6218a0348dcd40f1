import { describe, expect, it } from 'vitest'
import type { SealedReport } from '../reporters/sealed-report.ts'
import { readReport, type ChannelReports, type ReportSources } from './read-report.ts'

const sealed = (change: Partial<SealedReport> = {}): SealedReport => ({ runner: 'vitest', kind: 'runner', run: 'ab'.repeat(32), folder: '/work', words: 'run', cases: [], text: '', ...change })
const reports = (...list: readonly SealedReport[]): ChannelReports => ({ reports: list.map((report) => ({ report, index: 0 })), trouble: null, isPrepared: false })
const written = Buffer.from('{"numTotalTests":1,"success":true,"testResults":[{"name":"/work/a.js","status":"passed","assertionResults":[{"title":"t","status":"passed","ancestorTitles":[]}]}]}')
const said = reports(sealed({ cases: [['case', 'passed', ['/work/a.js', 'group', 't']], ['case', 'failed', ['/work/a.js', 'group', 't']]] }))
const read = (change: Partial<ReportSources>): ReturnType<typeof readReport> => readReport({ format: 'vitest', command: 'vitest run', written, channel: said, root: '/work', ...change })

describe('readReport', () => {
  it('takes what came over the channel, with names below the tree and made unique', () => {
    expect(read({})).toEqual({ report: 'parsed', trust: 'sealed', cases: [{ name: 'a.js > group > t', outcome: 'passed' }, { name: 'a.js > group > t #2', outcome: 'failed' }] })
  })

  it('takes what the command wrote only where there was no channel', () => {
    expect(read({ channel: null })).toMatchObject({ report: 'parsed', trust: 'reported', cases: [{ outcome: 'passed' }] })
    expect(read({ channel: { ...said, trouble: { kind: 'missing' } } })).toMatchObject({ report: 'missing', cases: [] })
    expect(read({ channel: { ...said, trouble: { kind: 'malformed' } } })).toMatchObject({ report: 'malformed', cases: [] })
  })

  it('refuses what another runner says', () => {
    expect(read({ format: 'jest' })).toMatchObject({ report: 'malformed', cases: [] })
  })

  it('puts the tests of several runs below their run, so that none stands for one of the same name in another', () => {
    const [one, two] = ['1', '2'].map((digit) => sealed({ runner: 'mocha', run: digit.repeat(64), folder: `/work/packages/${digit}`, words: 'test: *.js', cases: [['case', digit === '1' ? 'passed' : 'failed', ['adds']]] }))
    const both = read({ format: 'mocha', channel: reports(one as SealedReport, two as SealedReport) })
    expect(both.cases).toEqual([{ name: '[packages/1 test: *.js 11111111] > adds', outcome: 'passed' }, { name: '[packages/2 test: *.js 22222222] > adds', outcome: 'failed' }])
    const again = { ...reports(), reports: [{ report: one as SealedReport, index: 0 }, { report: one as SealedReport, index: 1 }] }
    expect(read({ format: 'mocha', channel: again }).cases.map(({ name }) => name)).toEqual(['[packages/1 test: *.js 11111111] > adds', '[packages/1 test: *.js 11111111 #2] > adds'])
    expect(read({ format: 'mocha', channel: reports(one as SealedReport, sealed({ runner: 'mocha' })) }).cases).toEqual([{ name: 'adds', outcome: 'passed' }])
    expect(read({ format: 'mocha', channel: reports(one as SealedReport, sealed()) })).toMatchObject({ report: 'malformed', cases: [] })
  })

  it.each([{ kind: 'missing' }, { kind: 'malformed' }, { kind: 'absent' }, { kind: 'too-many' }, { kind: 'twins', words: 'run' }, { kind: 'other-runner', runner: 'jest' }] as const)('says what to do about $kind', (trouble) => {
    const { problem, cases } = read({ channel: { ...said, trouble } })
    expect(cases).toEqual([])
    expect(problem).toMatch(/`tests`|name the format/)
  })

  it('tells formats that are not sealed, and no format at all', () => {
    expect(read({ format: 'junit', written: Buffer.from('<testsuites><testcase name="t"/></testsuites>') })).toMatchObject({ report: 'parsed', trust: 'reported' })
    expect(read({ format: 'exit-code' })).toEqual({ report: 'not-asked', cases: [], trust: 'exit-code' })
  })

  it.each<[string, string]>([
    ['vitest run', 'sealed'],
    ['cd packages/a && npx vitest run --config=x', 'sealed'],
    ['npm run test:a && npm run test:b', 'sealed'],
    ['npm test -w a; CI=1 npm test -w b', 'sealed'],
    ['vitest run a && npx vitest run b', 'sealed'],
    ['cd a && vitest run && cd ../b && vitest run', 'sealed'],
    ['npm run build && vitest run', 'reported'],
    ['npm test && ./check && npm run test:b', 'reported'],
    ['vitest run & vitest run b; wait', 'reported'],
    ['npm run tests-of-mine/../../x && vitest run', 'reported'],
    ['./build; vitest run', 'reported'],
    ['vitest run $(./list)', 'reported'],
    ['cd x && ./build && vitest run', 'reported'],
    ['cd $(./x) && vitest run', 'reported'],
    ['X=$(./x) vitest run; vitest run', 'reported'],
    ['./build\nvitest run', 'reported'],
    ['true | vitest run', 'reported'],
  ])('trusts `%s` as %s: what runs before the runner has the channel', (command, trust) => {
    expect(read({ command }).trust).toBe(trust)
  })

  it('trusts less where other programs of the target ran before the tests', () => {
    expect(read({ channel: { ...said, isPrepared: true } }).trust).toBe('reported')
  })
})
