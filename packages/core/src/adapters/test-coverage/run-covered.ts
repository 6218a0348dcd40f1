import { constants, open, realpath } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { stepLaunch, stepLimits } from '../../evaluation/launch-plan.ts'
import { outputTail } from '../../evaluation/output-tail.ts'
import type { PreparedTree, PreparePorts, PrepareRequest } from '../../evaluation/prepared-tree.ts'
import type { TestConfig } from '../../target/config.ts'
import { readCoverage } from './read-coverage.ts'
import type { Spectrum } from './suspicious-places.ts'

export interface CoverageSourceOptions extends PreparePorts, Pick<PrepareRequest, 'config' | 'mounts' | 'isProtected'> {
  readonly baseline: string
  /** Files that may be edited: only those are worth looking at. */
  readonly editable: readonly string[]
}

const folder = '.ratchet-coverage'
const collected = `${folder}/all`
const hooks = '/opt/ratchet-coverage'
/** Of the launch; the tree is the same for all. */
const place = `/work/${folder}`
const fileLimit = 400
/** Bytes of one of them. */
const textLimit = 4_194_304

/** Texts of editable files, to tell lines from offsets. */
export async function readTexts({ tree }: PreparedTree, editable: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>()
  const root = await realpath(tree.path)
  for (const file of editable.slice(0, fileLimit)) {
    const text = await readPlain(root, file)
    if (text !== null) texts.set(file, text)
  }
  return texts
}

/** What the target's own build has made of a file may be a link out of the tree, or a pipe that nobody writes to: such a file has no text. */
async function readPlain(root: string, file: string): Promise<string | null> {
  try {
    const folder = await realpath(path.dirname(path.join(root, file)))
    if (folder !== root && !folder.startsWith(`${root}${path.sep}`)) return null
    await using handle = await open(path.join(folder, path.basename(file)), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const about = await handle.stat()
    return about.isFile() && about.size <= textLimit ? await handle.readFile('utf8') : null
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== undefined && absent.has(code)) return null
    throw error
  }
}

/** Gone, a link, no folder on the way, a pipe without a writer, or not for us. */
const absent: ReadonlySet<string> = new Set(['ENOENT', 'ELOOP', 'ENOTDIR', 'ENXIO', 'EACCES', 'EISDIR'])

/** What runners take from the environment to write a report with times beside what they print. */
const timed: Readonly<Partial<Record<TestConfig['report'], Readonly<Record<string, string>>>>> = {
  node: { NODE_OPTIONS: `--test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination=${place}/times.xml` },
  pytest: { PYTEST_ADDOPTS: `--junitxml=${place}/times.xml` },
}

/** One test command, once, with V8's coverage and a Python hook on; `report` is whatever text may hold times of tests, asked for by `withTimes`. */
export async function runCovered(
  { sandbox, config }: CoverageSourceOptions,
  { prepared, test, texts, withTimes = false }: { readonly prepared: PreparedTree; readonly test: TestConfig; readonly texts: ReadonlyMap<string, string>; readonly withTimes?: boolean },
  signal: AbortSignal,
): Promise<Spectrum & { readonly report: string; readonly exitCode: number | null }> {
  const command = `mkdir -p ${place}; (\n${test.run}\n); status=$?; for file in ${place}/*.json ${place}/*.xml; do [ -f "$file" ] && cat "$file"; echo; done > /work/${collected}; exit $status`
  const result = await sandbox.launch(
    stepLaunch({
      command,
      tree: prepared.tree,
      limits: stepLimits(config, test.timeout),
      environment: { RATCHET_SEED: '1', NODE_V8_COVERAGE: place, RATCHET_COVERAGE: place, PYTHONPATH: hooks, ...(withTimes ? timed[test.report] : {}) },
      mounts: [{ source: fileURLToPath(new URL('inside/python', import.meta.url)), target: hooks }],
      collect: collected,
    }),
    signal,
  )
  const documents = result.collected === null ? '' : Buffer.from(result.collected).toString('utf8')
  return {
    failed: result.ending !== 'exited' || result.exitCode !== 0,
    exitCode: result.exitCode,
    covered: readCoverage(documents, '/work/', (file) => texts.get(file) ?? null),
    tail: outputTail(result.stdout, result.stderr),
    report: timed[test.report] === undefined ? Buffer.from(result.stdout).toString('utf8') : documents,
  }
}
