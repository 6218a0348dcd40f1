import { describe, expect, it } from 'vitest'
import { presetNames } from '../../packages/core/src/adapters/constitution-presets/read-preset.ts'
import { cases, ordinary, screened } from './screen-case.ts'

describe('the table of policy cases', () => {
  it('has cases of every kind, no two of one name', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
    expect(cases.length).toBeGreaterThanOrEqual(390)
    expect(cases.filter(({ kind }) => kind === 'evasion').length).toBeGreaterThanOrEqual(180)
  })

  it.each(cases.filter(({ kind }) => kind === 'allow'))('goes on: $name', async (change) => {
    expect(await screened(change, 'conservative')).toMatchObject({ decision: 'allow' })
  })

  it.each(cases.filter(({ kind }) => kind !== 'allow'))('is stopped ($kind): $name', async (change) => {
    const { decision, findings } = await screened(change, 'conservative')
    expect(change.denied === true ? [decision] : ['deny', 'require-approval'], JSON.stringify(findings)).toContain(change.denied === true ? 'deny' : decision)
  })
})

describe('ordinary changes', () => {
  it('are at least two hundred and sixty', () => expect(ordinary.length).toBeGreaterThanOrEqual(260))

  it.each(presetNames)('none is denied or asked about before it runs, by the preset %s', async (preset) => {
    const stopped: string[] = []
    for (const change of ordinary) {
      const { decision, findings } = await screened(change, preset)
      if (decision !== 'allow') stopped.push(`${change.name}: ${JSON.stringify(findings)}`)
    }
    expect(stopped).toEqual([])
  })
})
