import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { DriverProcess } from '../../running/driver-process.ts'
import type { Spec } from '../../spec.ts'
import type { Case } from '../../tagged.ts'
import type { Language } from '../language.ts'

/** For tests of drivers: writes files into a new tree, drives the function with the cases and returns one line per case, or its absence. */
export async function drivenLines(language: Language, spec: Spec, request: { readonly files: Readonly<Record<string, string>>; readonly cases: readonly Case[] }): Promise<readonly string[]> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'oracle-driver-'))
  try {
    const [directory, scratch] = [path.join(root, 'tree'), path.join(root, 'scratch')]
    for (const folder of [directory, scratch]) await mkdir(folder)
    for (const [name, text] of Object.entries(request.files)) {
      await mkdir(path.dirname(path.join(directory, name)), { recursive: true })
      await writeFile(path.join(directory, name), text)
    }
    const signal = AbortSignal.timeout(50_000)
    const command = await language.driver(spec, { directory, scratch, signal })
    await using driver = await DriverProcess.start(command, spec, { directory, environment: { PATH: '/usr/bin:/bin' }, signal })
    const lines: string[] = []
    for (const one of request.cases) {
      const answer = await driver.ask(one)
      if (answer.kind === 'exited') return [...lines, `exited ${answer.code ?? answer.signal}`]
      lines.push(answer.line)
    }
    return lines
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}
