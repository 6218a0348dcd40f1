import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { WorkspaceError } from './workspace.ts'

/**
 * Removes a directory whatever an untrusted process has left in it; one that is not there is fine. Node's own `rm` goes by whole paths, so a
 * tree deeper than the kernel's 4,096 bytes of path stops it (ENAMETOOLONG). The `rm` program goes from directory to directory and has no such
 * limit. Directories without permissions are opened up first where even that is not enough. Links are removed, never followed.
 *
 * Takes no signal: what is being cleaned up has to go, above all after an abort.
 *
 * @throws WorkspaceError `slot-failed` when it is still there in the end; the cause is what Node's `rm` said
 */
export async function removeTree(directory: string): Promise<void> {
  try {
    // With retries: two processes may be clearing up the same leftover.
    await rm(directory, { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    if (await removedByProgram(directory, error)) return
    throw new WorkspaceError('slot-failed', `${directory} cannot be removed`, { cause: error, remedy: 'Remove it by hand (rm -rf); it holds nothing that is needed.' })
  }
}

async function removedByProgram(directory: string, first: unknown): Promise<boolean> {
  try {
    if (await succeeds('rm', ['-rf', '--', directory])) return true
    await succeeds('chmod', ['-R', 'u+rwx', '--', directory])
    return await succeeds('rm', ['-rf', '--', directory])
  } catch (error) {
    throw new WorkspaceError('slot-failed', `${directory} cannot be removed: the rm program does not start`, { cause: new AggregateError([first, error]), remedy: 'Remove it by hand; it holds nothing that is needed.' })
  }
}

/** What it prints is left out: a hostile tree decides how much that is. */
async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(program, args, { cwd: '/', stdio: 'ignore' })
  const [code] = (await once(child, 'close')) as [number | null]
  return code === 0
}
