import { readFileSync } from 'node:fs'
import process from 'node:process'
import type { Launch } from '../../sandbox/sandbox.ts'
import { stageProgram } from './stage-program.ts'

/** How throw-away trees are made: by an overlay, or by copying where the kernel allows no overlay. */
export type TreeMode = 'overlay' | 'copy'

/** Numbers of system calls that Perl has no name for. */
interface SystemCalls {
  readonly mount: number
  readonly umount2: number
  readonly unshare: number
  readonly prlimit64: number
  readonly mknodat: number
}

const generic: SystemCalls = { mount: 40, umount2: 39, unshare: 97, prlimit64: 261, mknodat: 33 }
const callsByArchitecture: Readonly<Record<string, SystemCalls>> = { x64: { mount: 165, umount2: 166, unshare: 272, prlimit64: 302, mknodat: 259 }, arm64: generic, riscv64: generic, loong64: generic }

/** `root` of the machine; `mapped-root` of a user namespace, as in a rootless container; `user`, who needs a user namespace to mount anything. */
export type Rights = 'root' | 'mapped-root' | 'user'

/** What this process may do, by its user and by whose users it sees. */
export function ownRights(): Rights {
  if (process.geteuid?.() !== 0) return 'user'
  return /^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8')) ? 'root' : 'mapped-root'
}

/**
 * Who a command is on the host when Ratchet runs as root: a number that no account has. As root's own number it would own every file of root it can
 * reach: sysctls, device nodes and kernel keys ask for the number, not for capabilities. Otherwise null: commands run as the user who runs Ratchet.
 */
export function commandOwner(rights: Rights): number | null {
  return rights === 'root' ? 1_999_999_999 : null
}

/** Shown read-only, made of the host's own: who may write to them may not change their mode or times, which would outlive the launch. */
export const deviceNames = ['null', 'zero', 'full', 'random', 'urandom', 'tty'] as const

export interface StageRequest {
  readonly rights: Rights
  readonly treeMode: TreeMode
  /** Control group files to write 0 to. */
  readonly entries: readonly string[]
  /** Mount point for the scratch space, in our own directory. */
  readonly scratch: string
  /** Where the scratch space is shown to bwrap, which may not be able to reach our own directory. */
  readonly front: string
  /** Host paths that bwrap binds, in order: shown as `front/s/0`, `front/s/1` and so on. */
  readonly sources: readonly string[]
  /** File with a seccomp program; null for an architecture without one. */
  readonly seccomp: string | null
}

/** Placeholder in bwrap's arguments for the descriptor of the seccomp program. */
export const seccompPlaceholder = '@seccomp@'

/** Program and arguments that come before bwrap's. Nothing is ever put into the text of a script. */
export function stageArguments(request: StageRequest, { access, tree, limits, readOnly }: Launch): readonly string[] {
  const { rights, treeMode, entries, scratch, front, sources, seccomp } = request
  const calls = callsByArchitecture[process.arch]
  if (calls === undefined) throw new TypeError(`no system call numbers are known for ${process.arch}`)
  const { mount, umount2, unshare, prlimit64, mknodat } = calls
  // Overlays keep notes in extended attributes; those of trusted.* are for the machine's root only.
  const options = rights === 'root' ? '' : ',userxattr'
  // Backstops of the kernel for what the parent watches from outside: seconds of CPU time a process, bytes a file.
  const cpuSeconds = Math.ceil(limits.cpuMs / 1000) + 1
  // Of a user whom only launches have: a backstop for all that run side by side, where no control group counts.
  const processes = 4 * (limits.processes + 8)
  const fixed = [
    mount, umount2, unshare, prlimit64, mknodat, rights, options, entries.join('\n'), cpuSeconds, processes, limits.diskBytes, scratch, front, access === 'kept' ? 'kept' : treeMode, tree, commandOwner(rights) ?? '', seccomp ?? '',
  ]
  const guarded = access === 'kept' ? [] : readOnly
  const lists = [deviceNames, sources, foldersAbove(guarded), guarded]
  return ['perl', '-e', stageProgram, '--', ...fixed.map(String), ...lists.flatMap((list) => [String(list.length), ...list])]
}

/** Every folder above a path, outermost first: renaming one would carry a read-only file away and leave room for another. */
function foldersAbove(paths: readonly string[]): readonly string[] {
  const folders = new Set<string>()
  for (const path of paths) {
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) folders.add(path.slice(0, end))
  }
  return [...folders].sort((a, b) => a.split('/').length - b.split('/').length)
}
