import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { HotPath } from './hot-paths.ts'

const exec = promisify(execFile)
const checkout = path.join(import.meta.dirname, '../..')

export interface ItselfTarget extends AsyncDisposable {
  readonly directory: string
  /** Private key of the one person who may approve. */
  readonly key: string
  git(...args: readonly string[]): Promise<string>
}

/** A clone of this checkout as it is committed, with a configuration for one hot path on top, and a new key for the person who is to be asked. */
export async function itselfTarget(name: string, hotPath: HotPath, evaluations: number): Promise<ItselfTarget> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-itself-'))
  const [directory, key] = [path.join(home, 'target'), path.join(home, 'person')]
  const git = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await exec('git', ['-c', 'user.name=Example', '-c', 'user.email=example@localhost', '-c', 'commit.gpgSign=false', ...args], { cwd: directory, maxBuffer: 64 * 1024 ** 2 })
    return stdout.trim()
  }
  await exec('git', ['clone', '--quiet', checkout, directory])
  await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'person', '-f', key])
  await writeFile(path.join(directory, 'ratchet.yaml'), configuration(name, hotPath, { evaluations, approver: (await readFile(`${key}.pub`, 'utf8')).trim() }))
  await git('add', 'ratchet.yaml')
  await git('commit', '--quiet', '--message', `Ratchet itself is the target: ${name}`)
  return { directory, key, git, [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }) }
}

/** Tests are the package's own; what is measured and compared lies in this folder and is protected, as is everything that is not named under `edit`. */
export function configuration(name: string, { edit, tests }: HotPath, { evaluations, approver }: { readonly evaluations: number; readonly approver: string }): string {
  const folder = `examples/ratchet-itself/${name}`
  return `target:
  edit: [${edit.join(', ')}]
  protect: [examples/**, bench/**]
setup: { run: npm ci --ignore-scripts --no-audit --no-fund, environment: [NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, HTTPS_PROXY, NO_PROXY] }
tests:
  - { run: node_modules/.bin/vitest run --configLoader native ${tests.join(' ')}, report: vitest, timeout: 2m }
oracle:
  - { run: node ${folder}/oracle.ts, cases: 300, timeout: 60s }
metrics:
  time: { run: node ${folder}/bench.ts, measure: cpu-time, goal: minimize, minimumEffect: 2%, timeout: 60s }
  memory: { run: node ${folder}/bench.ts, measure: peak-memory, role: guard, margin: 25%, timeout: 60s }
proposers: [genetic]
search: { goal: improve, strategy: greedy, evaluations: ${evaluations} }
consent:
  approvers: [{ name: person, key: "${approver}" }]
sandbox: { memory: 4GiB, cpu: 2m, wall: 3m, processes: 256, disk: 2GiB }
`
}
