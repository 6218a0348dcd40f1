import { describe, expect, it } from 'vitest'
import { applyEdits } from '../../proposal/apply-edits.ts'
import { classicOperators } from '../genetic-proposer/classic/classic-operators.ts'
import { parseSource } from '../genetic-proposer/parse-source.ts'
import { rewriteOperators } from '../genetic-proposer/rewrites/rewrite-operators.ts'
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
  const sources = honestChanges.flatMap(({ path, before, after }) => (/\.[jt]s$/.test(path) ? [{ path, text: before }, { path, text: after }] : []))

  it.each([...rewriteOperators, ...classicOperators].map((operator) => [operator.name, operator] as const))('%s is not stopped', (name, operator) => {
    let tried = 0
    const stopped: string[] = []
    for (const file of sources) {
      const source = parseSource(file)
      for (const site of source === null ? [] : operator.sites(source)) {
        const after = applyEdits(file.text, site.edits())
        tried++
        const findings = stopping(allFindings(file.path, file.text, after))
        // A statement that raises an error deleted, or an empty catch copied, is what these rules are for.
        if (findings.some((finding) => !(operator.kind === 'classic' && /^(?:removes-guard|swallows-errors)/.test(finding)))) stopped.push(`${site.rationale}\n${after}\n${findings.join('\n')}`)
      }
    }
    expect(stopped.slice(0, 3)).toEqual([])
    expect(tried).toBeGreaterThanOrEqual(name === 'delete-statement' ? 10 : 0)
  })
})
