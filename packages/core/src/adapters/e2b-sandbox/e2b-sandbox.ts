import { statSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { refuseDoor } from '../../sandbox/refuse-door.ts'
import { SandboxError, type Launch, type Sandbox, type SandboxProbe } from '../../sandbox/sandbox.ts'
import { openOwnedDirectory } from '../../workspace/owned-directory.ts'
import { E2bApi, type Fetch } from './e2b-api.ts'
import { runInMachine, type Cloud } from './run-in-machine.ts'

export interface E2bOptions {
  /** The control plane, such as https://api.e2b.app. The only place where the key goes. */
  readonly baseUrl: string
  /** What machines' host names end in, unless the service says otherwise. */
  readonly domain?: string
  /** Asked for each request, so that a key can be exchanged; it is never kept and never part of a message. */
  readonly apiKey: () => Promise<string>
  /** A template with perl, tar, coreutils and whatever the target's commands need. */
  readonly template?: string
  readonly fetch?: Fetch
  /** Directory in a machine below which everything lies; the root of its file system unless a stand-in has none to give. */
  readonly root?: string
}

/**
 * The e2b tier: one microVM of a cloud service for each launch, made for it and ended after it. The tree goes there as an archive; of ours nothing else does, above all
 * not the key: requests to a machine carry only the token of that machine.
 *
 * - Strong against the host: what runs there shares no kernel with us. Everything that comes back is bounded and taken as data.
 * - Inside, the command is a user without rights, judged by a program of root's in the same machine: a kernel exploit in there can forge an exit status.
 * - Limits of memory, CPU time, processes and disk are kept by looking every 50 ms (disk: 400 ms) and by rlimits; wall time and output are kept from here.
 * - `usage.wallMs` is measured here and includes unpacking; the other figures are what the machine's own /proc says, hence `sampled`. Not for timing claims.
 * - No channel on descriptor 3. The network follows `Launch.network`, by the service's own switch.
 * - Executables and toolchains come from the template, not from here.
 */
export async function createE2bSandbox(options: E2bOptions): Promise<Sandbox> {
  const baseUrl = requireSafe(options.baseUrl)
  const home = await openOwnedDirectory()
  const fetch: Fetch = options.fetch ?? globalThis.fetch
  const api = new E2bApi({ baseUrl, apiKey: options.apiKey, fetch })
  const cloud: Cloud = { api, fetch, domain: options.domain ?? 'e2b.app', template: options.template ?? 'base', home: home.path, root: options.root ?? '' }
  return {
    tier: 'e2b',
    launch: async (launch, signal) => {
      refuseDoor(launch, 'e2b')
      requireSupported(launch)
      return await runInMachine(cloud, launch, signal)
    },
    probe: (signal) => probeCloud(cloud, signal),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  }
}

/** A key must not travel in the clear, but to a stand-in on this machine. */
function requireSafe(baseUrl: string): string {
  const url = URL.parse(baseUrl)
  const isLocal = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal))) return baseUrl
  throw new SandboxError('sandbox-unavailable', `${JSON.stringify(baseUrl)} is no https address`, { remedy: 'Name the address of the control plane, such as https://api.e2b.app.' })
}

function requireSupported(launch: Launch): void {
  if (statSync(launch.tree, { throwIfNoEntry: false })?.isDirectory() !== true) throw new SandboxError('sandbox-setup-failed', `there is no tree at ${launch.tree}`)
  const { directory } = launch
  if (directory !== undefined && (!directory.startsWith('/srv/') || path.posix.normalize(directory) !== directory || directory.endsWith('/'))) throw new SandboxError('sandbox-setup-failed', `${directory} is not below /srv`)
}

async function probeCloud(cloud: Cloud, signal: AbortSignal): Promise<SandboxProbe> {
  const tree = path.join(cloud.home, 'probe')
  await mkdir(tree, { recursive: true })
  await writeFile(path.join(tree, 'file'), 'content')
  const limits: Launch['limits'] = { memoryBytes: 256 * 1024 ** 2, cpuMs: 10_000, wallMs: 30_000, processes: 32, diskBytes: 16 * 1024 ** 2, outputBytes: 64 * 1024 }
  const command = '[ "$(id -u)" != 0 ] && ! (echo x > file || rm -f file) 2>/dev/null && [ "$(cat file)" = content ] && echo x > new && ! perl -e \'use Socket; alarm 5; socket(my $s, PF_INET, SOCK_STREAM, 0) && connect($s, pack_sockaddr_in(53, inet_aton("1.1.1.1"))) or exit 1\''
  try {
    const result = await runInMachine(cloud, { command, tree, access: 'throw-away', mounts: [], readOnly: ['file'], environment: {}, limits }, signal)
    const ok = result.ending === 'exited' && result.exitCode === 0
    const checks = [
      { name: 'starts', ok, detail: ok ? 'a machine starts, protects files, has no network, and runs a command as nobody' : `the trial ended with ${result.ending} ${result.exitCode ?? ''}` },
      { name: 'weaker: figures', ok: true, detail: 'CPU time and memory are what the machine itself says; no timing claims' },
    ]
    return { tier: 'e2b', available: ok, accounting: 'sampled', treeMode: 'copy', checks }
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    return { tier: 'e2b', available: false, accounting: null, treeMode: null, checks: [{ name: 'starts', ok: false, detail: [error.message, error.remedy].filter(Boolean).join('. ') }] }
  }
}
