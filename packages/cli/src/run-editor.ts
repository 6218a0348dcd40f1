import { spawn } from 'node:child_process'
import { UsageError } from './usage-error.ts'

/**
 * Opens the person's own editor on files and waits until it is closed. Only their environment says which: never the target's configuration. With `quiet` it writes to stderr, because stdout is
 * promised to somebody else.
 */
export async function runEditor(files: readonly string[], { environment, folder, quiet }: { readonly environment: Readonly<Record<string, string | undefined>>; readonly folder: string; readonly quiet: boolean }, signal: AbortSignal): Promise<void> {
  const editor = [environment['VISUAL'], environment['EDITOR']].find((named) => named !== undefined && named.trim() !== '')
  if (editor === undefined) throw new UsageError('no-editor', 'neither VISUAL nor EDITOR names an editor', { remedy: 'Set EDITOR, or change the files with anything else and go on with --tree; --patch FILE takes a patch.' })
  // As git does: the variable may hold options, and files come as arguments of their own.
  const child = spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, ...files], { cwd: folder, env: { ...environment }, stdio: ['inherit', quiet ? 2 : 'inherit', 'inherit'], signal })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(signal.aborted ? signal.reason : new UsageError('editor-failed', `${editor} could not be started`, { cause: error })))
    child.once('close', resolve)
  })
  if (code !== 0) throw new UsageError('editor-failed', `${editor} ended with ${code === null ? 'a signal' : `exit status ${code}`}, so nothing of the edit is used`)
}
