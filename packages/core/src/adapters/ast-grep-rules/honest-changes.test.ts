import { describe, expect, it } from 'vitest'
import { applyEdits } from '../../proposal/apply-edits.ts'
import { allOperators, operatorsFor } from '../genetic-proposer/operator-sets.ts'
import { parseSource } from '../genetic-proposer/parse-source.ts'
import { honestChanges } from './testing/honest-changes.ts'
import { allFindings, stopping } from './testing/screen-text.ts'

describe('honest changes', () => {
  it('are many', () => expect(honestChanges.length).toBeGreaterThanOrEqual(40))

  it.each(honestChanges.map((change) => [change.name, change] as const))('%s', (_, { path, before, after }) => {
    expect(stopping(allFindings(path, before, after))).toEqual([])
  })

  it('are as free of findings when the file is new', () => {
    const stopped = honestChanges.filter(({ path, after, name }) => name !== 'an edit near the environment' && stopping(allFindings(path, null, after)).length > 0)
    expect(stopped.map(({ name }) => name)).toEqual(['code with the environment moved down', 'a line beside an empty catch edited'])
  })
})

describe('the genetic proposer', () => {
  const sources = honestChanges.flatMap(({ path, before, after }) => [{ path, text: before }, { path, text: after }]).flatMap((file) => parseSource(file) ?? [])
  const listed = sources.flatMap((source) => operatorsFor(allOperators, source).map((operator) => ({ source, operator, sites: operator.sites() })))
  const byOperator = [...Map.groupBy(listed, ({ source, operator }) => `${source.family}: ${operator.name}`)]

  it.each(byOperator)('%s is not stopped', (name, uses) => {
    let tried = 0
    const stopped: string[] = []
    for (const { source, operator, sites } of uses) {
      for (const site of sites) {
        const after = applyEdits(source.text, site.edits())
        tried++
        const findings = stopping(allFindings(source.path, source.text, after))
        // A statement that raises an error deleted, or an empty catch copied, is what these rules are for.
        if (findings.some((finding) => !(operator.kind === 'classic' && /^(?:removes-guard|swallows-errors)/.test(finding)))) stopped.push(`${site.rationale}\n${after}\n${findings.join('\n')}`)
      }
    }
    expect(stopped.slice(0, 3)).toEqual([])
    expect(tried).toBeGreaterThanOrEqual(name === 'script: delete-statement' ? 10 : 0)
  })
})
