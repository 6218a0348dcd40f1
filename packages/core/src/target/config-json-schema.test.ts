import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { expect, test } from 'vitest'
import { configJsonSchema } from './config-json-schema.ts'
import type { JsonSchema } from './config-json-schema.ts'
import { configSchema } from './config.ts'

const schema = configJsonSchema({ annotated: false })

function everyNode(node: JsonSchema, name = ''): readonly { readonly name: string; readonly node: JsonSchema }[] {
  const inner = [
    ...Object.entries(node.properties ?? {}),
    ...(node.items === undefined ? [] : [['[]', node.items] as const]),
    ...(typeof node.additionalProperties === 'object' ? [['*', node.additionalProperties] as const] : []),
  ]
  return [{ name, node }, ...inner.flatMap(([key, child]) => everyNode(child, `${name}.${key}`))]
}

test('the stored schema file is current', () => {
  const script = new URL('../../../../scripts/generate-schema.ts', import.meta.url).pathname
  expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow()
})

test('every field says what it is for', () => {
  const undescribed = everyNode(schema).filter(({ name, node }) => node.description === undefined && !/\[\]$|\*$/.test(name))
  expect(undescribed.map(({ name }) => name)).toEqual([])
})

test('quantities carry a pattern that editors can check, and a default that a user could write', () => {
  const text = JSON.stringify(schema)
  const wall = everyNode(schema).find(({ name }) => name === '.sandbox.wall')?.node as { readonly pattern?: string; readonly default?: unknown }
  expect(new RegExp(wall.pattern ?? 'none').test('90s')).toBe(true)
  expect(new RegExp(wall.pattern ?? 'none').test('90')).toBe(false)
  expect(wall.default).toBe('2m')
  expect(text).not.toContain('"quantity"')
  expect(text).not.toContain('"$id"')
})

test('only fields without a default are required', () => {
  const required = (node: JsonSchema | undefined): unknown => (node as { readonly required?: unknown } | undefined)?.required
  expect(required(schema)).toEqual(['target', 'tests'])
  expect(required(schema.properties?.['target'])).toEqual(['edit'])
})

test('the schema stored is the one a minimal config satisfies', () => {
  const stored = JSON.parse(readFileSync(new URL('../../../../schema/ratchet.schema.json', import.meta.url), 'utf8')) as JsonSchema
  expect(stored).toEqual(JSON.parse(JSON.stringify(schema)))
  const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'npm test' }], metrics: { speed: { run: 'node bench.js', measure: 'cpu-time' } } })
  expect(config.sandbox).toEqual({ tier: 'namespace', toolchains: [], memory: 2 ** 31, cpu: 60_000, wall: 120_000, processes: 64, disk: 2 ** 29, loopback: false, output: 2 ** 23 })
  expect(config.metrics['speed']).toMatchObject({ minimumEffect: 0.02, margin: 0.02, goal: 'minimize', role: 'objective', timeout: 120_000 })
  expect(config.accept).toEqual({ objectives: 'all', nullPairs: 3, falseAcceptRate: 0.01, confirm: true, maximumPairs: 60, canaries: 4, plausibleGain: 50, trustReported: false })
})
