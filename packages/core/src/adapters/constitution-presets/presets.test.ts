import { describe, expect, it } from 'vitest'
import { createAstGrepRules } from '../ast-grep-rules/ast-grep-rules.ts'
import { checkConstitution } from '../../constitution/check-constitution.ts'
import { evidenceChecks, screeningChecks } from '../../constitution/compile-constitution.ts'
import { explainConstitution } from '../../constitution/explain-constitution.ts'
import { parseConstitution } from '../../constitution/parse-constitution.ts'
import { runExamples } from '../../constitution/run-examples.ts'
import { presetNames, readPreset } from './read-preset.ts'

const knownChecks = new Set([...evidenceChecks, ...screeningChecks, ...createAstGrepRules().ids])

describe.each(presetNames)('the preset %s', (name) => {
  it('is valid, its examples hold, and nothing in it needs a hint', async () => {
    const constitution = parseConstitution(Buffer.from(await readPreset(name)), { path: name, knownChecks })
    expect(runExamples(constitution).filter(({ expects, says }) => expects !== says)).toEqual([])
    expect(checkConstitution(constitution).filter(({ kind }) => kind !== 'untested')).toEqual([])
    const { never, asks, freely } = explainConstitution(constitution)
    expect(Math.min(never.length, asks.length, freely.length)).toBeGreaterThan(0)
  })
})
