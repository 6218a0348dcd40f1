import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Where the user's own configuration is asked: it says who they are, and never how git is to work on a target. */
export interface IdentityPlace {
  readonly directory: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** `Jane Doe <jane@example.org>` as git would sign commits of this user here; null where git knows none. Whoever uses the machine can set it: it proves nothing. */
export async function readIdentity(directory: string, environment: Readonly<Record<string, string | undefined>>, signal: AbortSignal): Promise<string | null> {
  const [name, email] = await Promise.all(['user.name', 'user.email'].map((key) => readSetting(key, { directory, environment, signal })))
  if (name === null || name === undefined) return email ?? null
  return email === null || email === undefined ? name : `${name} <${email}>`
}

/** Null where it is not set. */
export async function readSetting(key: string, { directory, environment, signal }: IdentityPlace, more: readonly string[] = []): Promise<string | null> {
  const { PATH, HOME, XDG_CONFIG_HOME } = environment
  try {
    const { stdout } = await execute('git', ['config', ...more, '--get', key], { cwd: directory, env: { PATH, HOME, XDG_CONFIG_HOME }, signal })
    return stdout.trim() === '' ? null : stdout.trim()
  } catch (error) {
    // Git's way to say that it is not set.
    if (error instanceof Error && 'code' in error && error.code === 1) return null
    throw error
  }
}
