import { describe, expect, it } from 'vitest'
import { parseGtestJson } from './gtest-json.ts'

const test = (name: string, more: object = { status: 'RUN', result: 'COMPLETED' }): object => ({ name, ...more })
const document = (tests: readonly object[], more: object = {}): string => JSON.stringify({ tests: tests.length, failures: 0, errors: 0, testsuites: [{ name: 'Add', testsuite: tests }], ...more })
const told = (text: string): readonly string[] | string => {
  const cases = parseGtestJson(text)
  return typeof cases === 'string' ? cases : cases.map(({ name, outcome }) => `${outcome} ${name}`)
}

describe('parseGtestJson', () => {
  it('reads what ran, what was left out, and what is not known to be good as bad', () => {
    const tests = [test('A'), test('B', { status: 'RUN', result: 'COMPLETED', failures: [{}] }), test('C', { status: 'NOTRUN', result: 'SUPPRESSED' }), test('D', { status: 'RUN', result: 'SKIPPED' }), test('E', {})]
    expect(told(document(tests, { failures: 1 }))).toEqual(['passed Add.A', 'failed Add.B', 'skipped Add.C', 'skipped Add.D', 'failed Add.E'])
  })

  it('reads several documents between other output, and counts equal names', () => {
    expect(told(`output\n${document([test('A')])}\n{"other":1}\n${document([test('A')])}\n`)).toEqual(['passed Add.A', 'passed Add.A #2'])
  })

  it('reports failures outside of tests', () => {
    expect(told(document([test('A')], { failures: 1 }))).toEqual(['passed Add.A', 'failed (whole run)'])
  })

  it('tells nothing from a document that was cut', () => {
    expect([told(''), told('some output'), told(document([test('A')]).slice(0, -3))]).toEqual(['missing', 'missing', 'malformed'])
  })
})
