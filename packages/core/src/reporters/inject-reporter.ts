import { fileURLToPath } from 'node:url'
import type { Mount } from '../sandbox/sandbox.ts'
import type { ReportFormat } from '../evaluation/test-report.ts'
import { firstTurn, type RunnerTurn } from './runner-turn.ts'

/** Formats whose runners load a reporter of ours. */
const sealedFormats = ['node', 'vitest', 'jest', 'mocha', 'pytest', 'ctest', 'gtest'] as const satisfies readonly ReportFormat[]
export type SealedFormat = (typeof sealedFormats)[number]

export function isSealedFormat(format: ReportFormat): format is SealedFormat {
  return sealedFormats.some((sealed) => sealed === format)
}

/** What a launch needs so that the runner somewhere below its command loads our reporter. */
export interface Injection {
  readonly command: string
  readonly mounts: readonly Mount[]
  readonly environment: Readonly<Record<string, string>>
}

const place = '/opt/ratchet/reporters'

/**
 * The environment makes the interpreter load our file first, in every process of it; the file decides what it is in. A folder that comes first on PATH
 * does the same for command lines that set NODE_OPTIONS or PYTHONPATH themselves. The command line itself stays as it is: npm scripts hide the runner anyway.
 *
 * What that holds against: printed and written reports, forged events of node:test, leaving early with 0, garbage, replays and forgeries on the channel,
 * patched globals and prototypes, tests removed or skipped at run time. What it cannot hold against, because the process that judges is the one that is judged:
 * - `mocha`, `pytest`, `jest` with one worker, node:test within a file's process: code that reaches into the runner's own objects (by walking the heap or the
 *   stack, an inspector session, or by replacing `assert` and `expect`) can make a failing test pass.
 * - `vitest`, `jest` with workers: the main process believes the messages of its workers, which such code could write.
 * - `ctest`: a test is what its process's exit status says; only GoogleTest binaries are also asked for the document that they write last, and those that
 *   forge it too are believed. A whole `gtest` report is that document, so it is never called sealed.
 * - Programs other than Node and Python that run before the runner in the same command have the channel open (see `readReport`).
 *
 * A command may start several runners. Each gets a launch of its own, with a key of its own; in that launch the others end with 0 before they load anything. `apart`
 * names scripts that turned out to run no tests: they run in every launch.
 */
export function injectReporter(format: SealedFormat, command: string, turn: RunnerTurn = firstTurn): Injection {
  const { folder, environment } = injectionOf(format)
  const runner = format === 'gtest' ? `exec /opt/ratchet/bin/node ${place}/gtest.cjs ${quoted(command)}` : command
  return {
    command: `PATH=${place}/${folder}:$PATH; export PATH\n${runner}`,
    mounts: [{ source: fileURLToPath(new URL('inside', import.meta.url)), target: place }],
    environment: { ...environment, ...(turn.run === null ? {} : { RATCHET_RUN: turn.run }), ...(turn.apart.length === 0 ? {} : { RATCHET_APART: turn.apart.join(',') }) },
  }
}

function injectionOf(format: SealedFormat): { readonly folder: string; readonly environment: Readonly<Record<string, string>> } {
  switch (format) {
    case 'node':
      return preload('node-test.cjs')
    case 'vitest':
    case 'jest':
    case 'mocha':
      return preload(`${format}.cjs`)
    case 'pytest':
      return { folder: 'bin-python', environment: { PYTHONPATH: `${place}/python`, PYTEST_ADDOPTS: '-p ratchet_pytest' } }
    case 'ctest':
    case 'gtest':
      return { folder: 'bin-ctest', environment: {} }
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function preload(file: string): ReturnType<typeof injectionOf> {
  return { folder: 'bin-node', environment: { NODE_OPTIONS: `--require=${place}/${file}`, RATCHET_PRELOAD: `${place}/${file}` } }
}
