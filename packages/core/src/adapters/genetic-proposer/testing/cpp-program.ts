import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** Why programs cannot be compiled here; false when they can. As the reason to skip a test. */
export const compilerIsMissing = spawnSync('g++', ['--version']).status !== 0

/** Programs that each define `std::string run(unsigned seed)`, and what each rewrite makes of it. */
export interface Pair {
  readonly name: string
  readonly original: string
  readonly rewritten: string
}

/** The names of those whose results differ for some seed. All are compiled as one program, each in a namespace of its own: starting the compiler takes longest. */
export function differentPairs(pairs: readonly Pair[]): readonly string[] {
  const texts = pairs.flatMap(({ original, rewritten }) => [original, rewritten])
  const includes = [...new Set(['#include <cstdio>', '#include <string>', ...texts.flatMap((text) => text.match(/^#include.*$/gm) ?? [])])]
  const bodies = texts.map((text, index) => `namespace n${index} {\n${text.replaceAll(/^#include.*$/gm, '')}\n}`)
  const checks = pairs.map((_, index) => `    if (n${index * 2}::run(seed) != n${index * 2 + 1}::run(seed)) { std::printf("${index}\\n"); }`)
  const program = `${includes.join('\n')}\n${bodies.join('\n')}\nint main() {\n  for (unsigned seed = 0; seed < 300; ++seed) {\n${checks.join('\n')}\n  }\n}\n`
  const directory = mkdtempSync(path.join(os.tmpdir(), 'ratchet-cpp-'))
  try {
    writeFileSync(path.join(directory, 'pairs.cpp'), program)
    execFileSync('g++', ['-std=c++17', '-O0', '-Wall', '-Werror=return-type', '-o', 'pairs', 'pairs.cpp'], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 })
    const numbers = new Set(execFileSync('./pairs', { cwd: directory, encoding: 'utf8', timeout: 60_000 }).split('\n').filter((line) => line !== ''))
    return [...numbers].map((number) => pairs[Number(number)]?.name ?? number)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
