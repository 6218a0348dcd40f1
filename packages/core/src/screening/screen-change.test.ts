import { describe, expect, it } from 'vitest'
import { configSchema } from '../target/config.ts'
import { createPathScope } from '../target/path-scope.ts'
import type { PathChange } from '../workspace/workspace.ts'
import { screenChange } from './screen-change.ts'

const config = configSchema.parse({ target: { edit: ['src/**'], protect: ['golden/**'] }, tests: [{ run: 'true' }], metrics: { speed: { run: 'true', measure: 'cpu-time' } } })
const scope = createPathScope(config, ['src/a.js', 'golden/x'])
const change = (path: string, changes: Partial<PathChange> = {}): PathChange => ({ path, status: 'modified', oldMode: '100644', newMode: '100644', ...changes })

describe('screening by paths and modes', () => {
  it.each([
    ['an edit in scope', [change('src/a.js')]],
    ['a new file in scope', [change('src/b.js', { status: 'added', oldMode: '000000' })]],
    ['a deleted link', [change('src/link', { status: 'deleted', oldMode: '120000', newMode: '000000' })]],
    ['a link that becomes a file', [change('src/link', { status: 'type-changed', oldMode: '120000' })]],
    ['nothing', []],
  ])('allows %s', (_, changes) => expect(screenChange(changes, scope)).toMatchObject({ decision: 'allow', findings: [], risk: 0 }))

  it.each([
    ['a protected file', [change('golden/x')], 'protected-path'],
    ['a protected file in other letters', [change('GOLDEN/x')], 'protected-path'],
    ['a file outside the scope', [change('lib/a.js')], 'edit-outside-scope'],
    ['a path that only looks like the scope', [change('src2/a.js')], 'edit-outside-scope'],
    ['a deleted file', [change('src/a.js'), change('src/b.js', { status: 'deleted', newMode: '000000' })], 'deleted-file'],
    ['too many files', Array.from({ length: 301 }, (_, index) => change(`src/${index}.js`)), 'patch-too-large'],
  ])('asks about %s', (_, changes, rule) => {
    const screening = screenChange(changes, scope)
    expect([screening.decision, screening.findings[0]?.rule]).toEqual(['require-approval', rule])
  })

  it.each([
    ['a new link', [change('src/link', { status: 'added', oldMode: '000000', newMode: '120000' })], 'unsafe-path'],
    ['a file that becomes a link', [change('src/a.js', { status: 'type-changed', newMode: '120000' })], 'unsafe-path'],
    ['a link that points elsewhere', [change('src/link', { oldMode: '120000', newMode: '120000' })], 'unsafe-path'],
    ['a submodule', [change('src/module', { status: 'added', oldMode: '000000', newMode: '160000' })], 'unsafe-path'],
    ['the configuration', [change('ratchet.yaml')], 'constitution-path'],
    ['the configuration in other letters', [change('Ratchet.YAML')], 'constitution-path'],
    ['how git reads files, beside an allowed edit', [change('src/a.js'), change('src/.gitattributes')], 'constitution-path'],
  ])('denies %s', (_, changes, rule) => {
    const screening = screenChange(changes, scope)
    expect(screening.decision).toBe('deny')
    expect(screening.findings.map((finding) => finding.rule)).toContain(rule)
  })
})
