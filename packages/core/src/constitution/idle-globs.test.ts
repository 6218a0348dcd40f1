import { describe, expect, it } from 'vitest'
import { parseConstitution } from './parse-constitution.ts'

const parse = (when: string): ReturnType<typeof parseConstitution> => parseConstitution(Buffer.from(`version: 1\nimmutable_constraints: [{ id: a, statement: Some files stay., when: '${when}' }]\n`), { path: 'constitution.yaml', knownChecks: null })

describe('patterns of a constitution', () => {
  it.each(['glob(p, "src/**")', 'glob(p, "**/.env*")', 'glob(p, ".github/")', '!glob(p, "a.b/*.ts")'])('are taken: %s', (call) => expect(parse(`paths.exists(p, ${call})`).rules).toHaveLength(1))

  it.each([
    ['a pattern with a leading slash', 'paths.exists(p, glob(p, "/src/**"))', /without the leading slash/],
    ['a pattern with ./', 'paths.exists(p, glob(p, "./src/**"))', /no "\.\/"/],
    ['a pattern with alternatives', 'paths.exists(p, glob(p, "src/*.{js,ts}"))', /\{ has no meaning/],
    ['a pattern with one character', 'paths.exists(p, glob(p, "src/?.js"))', /\? has no meaning/],
    ['a pattern with a class', 'paths.exists(p, !glob(p, "src/[ab].js"))', /\[ has no meaning/],
    ['a pattern that negates', 'paths.exists(p, p == "a" || glob(p, "!src/**"))', /! has no meaning/],
  ])('are refused where they can never match: %s', (_, when, message) => expect(() => parse(when)).toThrow(message))
})
