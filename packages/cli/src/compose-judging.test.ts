import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const commandLine = path.dirname(fileURLToPath(import.meta.url))
const library = path.join(commandLine, '../../core/src')

/** A file of ours, or null. */
function fileOf(specifier: string, from: string): string | null {
  const file = specifier.startsWith('@ratchet/core/') ? path.join(library, `${specifier.slice('@ratchet/core/'.length)}.ts`) : specifier.startsWith('.') ? path.resolve(path.dirname(from), specifier) : null
  return file !== null && existsSync(file) ? file : null
}

function imported(file: string, pattern: RegExp): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(pattern)].flatMap(([, specifier = '']) => fileOf(specifier, file) ?? [])
}

const atOnce = (file: string): readonly string[] => imported(file, /^(?:import|export)\s(?!type\b)(?:[^'"\n]*\sfrom\s+)?'([^'\n]+)'/gm)
const later = (file: string): readonly string[] => imported(file, /\bimport\('([^'\n]+)'\)/g)

/** All that is loaded with these files. */
function closure(files: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  const open = [...files]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue
    found.add(file)
    open.push(...atOnce(file))
  }
  return found
}

describe('what judges a target that holds its own judge', () => {
  const judging = path.join(commandLine, 'compose-judging.ts')

  it.each(['run', 'evaluate', 'propose', 'apply', 'edit', 'revert', 'approve', 'opportunities', 'benchmark', '../mcp/serve-mcp'])('is loaded whole before it is compared with the baseline: %s', (command) => {
    const loaded = closure([path.join(commandLine, 'main.ts'), path.join(commandLine, 'commands', `${command}.ts`), judging, ...later(judging)])
    const missing = [...loaded].filter((file) => !file.endsWith('register-commands.ts')).flatMap((file) => later(file).filter((one) => !loaded.has(one)).map((one) => `${path.relative(commandLine, file)} loads ${path.relative(commandLine, one)}`))
    expect(loaded.size).toBeGreaterThan(400)
    expect(missing).toEqual([])
  })
})
