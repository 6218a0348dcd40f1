import { describe, expect, it } from 'vitest'
import { parseConstitution } from './parse-constitution.ts'

const rule = '{ id: a, statement: Some things stay., when: linesAdded > 9 }'
const parse = (text: string): ReturnType<typeof parseConstitution> => parseConstitution(Buffer.from(text), { path: 'constitution.yaml', knownChecks: null })

describe('a constitution in YAML', () => {
  it.each([['plain', `version: 1\nimmutable_constraints: [${rule}]\n`], ['of YAML 1.2', `%YAML 1.2\n---\nversion: 1\nimmutable_constraints: [${rule}]\n`], ['with an alias', 'version: 1\nimmutable_constraints: [{ id: a, statement: &s Some things stay., when: linesAdded > 9 }, { id: b, statement: *s, when: linesAdded > 8 }]\n']])('is read: %s', (_, text) => {
    expect(parse(text).rules[0]).toMatchObject({ id: 'a', effect: 'deny', statement: 'Some things stay.' })
  })

  it.each([
    ['an alias that leads nowhere', `version: 1\nimmutable_constraints: [*nothing, ${rule}]\n`],
    ['very many aliases', `version: 1\nimmutable_constraints: [&a ${rule}${', *a'.repeat(80)}]\n`],
    ['an alias of itself', 'version: 1\nimmutable_constraints: &a [*a]\n'],
    ['YAML 1.1', `%YAML 1.1\n---\nversion: 1\nimmutable_constraints: [${rule}]\n`],
    ['a merge key', `version: 1\nimmutable_constraints: [&a ${rule}, { <<: *a, id: b }]\n`],
    ['very deep nesting', `version: 1\nimmutable_constraints: ${'['.repeat(60_000)}\n`],
  ])('is refused with %s', (_, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'constitution-invalid' }) as Error)
  })
})
