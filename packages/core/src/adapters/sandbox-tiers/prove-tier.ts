import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { z } from 'zod'
import { SandboxError, type Sandbox, type SelfTest } from '../../sandbox/sandbox.ts'

/** What changes with this file's meaning of a self-test: older records count no more. */
const edition = 1
/** A tier is tried again after this, whatever was seen before. Milliseconds. */
const longest = 24 * 60 * 60 * 1000

const recordSchema = z.object({ subject: z.string(), testedAt: z.iso.datetime(), checks: z.int().min(1) }).readonly()

export interface ProveOptions {
  /** Where it is written down that a tier was tried since this machine started, so that not every command has to. */
  readonly directory: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: () => Date
}

/**
 * The sandbox with the self-test that it has passed here: since the machine was started, within a day, by this user, with these programs. Otherwise it is tried now.
 *
 * @throws SandboxError `sandbox-unavailable`, naming the check that failed; the sandbox stays open and the caller's
 */
export async function proveTier(sandbox: Sandbox, options: ProveOptions, signal: AbortSignal): Promise<Sandbox> {
  const file = path.join(options.directory, `${sandbox.tier}.json`)
  const subject = await subjectOf(sandbox, options.environment)
  const known = subject === null ? null : await read(file, subject, options.clock())
  if (known !== null) return testedSandbox(sandbox, known)
  const probe = await sandbox.probe(signal)
  signal.throwIfAborted()
  const failed = probe.checks.find((check) => !check.ok)
  if (!probe.available) throw new SandboxError('sandbox-unavailable', `tier ${sandbox.tier} does not pass its self-test here: ${failed === undefined ? 'it does not start' : `${failed.name}: ${failed.detail}`}`, { remedy: `\`ratchet doctor --tier ${sandbox.tier}\` shows every check; choose another tier meanwhile.` })
  const selfTest: SelfTest = { testedAt: options.clock().toISOString(), checks: probe.checks.length }
  if (subject !== null) await write(file, JSON.stringify({ subject, ...selfTest }))
  return testedSandbox(sandbox, selfTest)
}

/** The same sandbox, which says what was seen of its tier. */
export function testedSandbox(sandbox: Sandbox, selfTest: SelfTest): Sandbox {
  return {
    tier: sandbox.tier,
    selfTest,
    launch: (launch, signal) => sandbox.launch(launch, signal),
    probe: (signal) => sandbox.probe(signal),
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  }
}

/** What a record stands for; null where it cannot be told when the machine was started. A cloud is another machine every time. */
async function subjectOf({ tier }: Sandbox, environment: ProveOptions['environment']): Promise<string | null> {
  if (tier === 'e2b') return null
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EACCES') return null
    throw error
  })
  if (boot === null) return null
  const facts = [edition, tier, boot.trim(), process.getuid?.() ?? '', process.version, os.release(), environment['PATH'] ?? '', await groupOf()]
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}

/** Another control group may have other rights: a service is not the shell that was tried. */
async function groupOf(): Promise<string> {
  return readFile('/proc/self/cgroup', 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
}

/** What cannot be read, or was written for something else, is no record. */
async function read(file: string, subject: string, now: Date): Promise<SelfTest | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EACCES') return null
    throw error
  })
  const record = recordSchema.safeParse(text === null ? null : parsed(text))
  if (!record.success || record.data.subject !== subject) return null
  const age = now.getTime() - Date.parse(record.data.testedAt)
  return age >= 0 && age < longest ? { testedAt: record.data.testedAt, checks: record.data.checks } : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** By renaming: another command may write the same just now. That it cannot be kept costs the next command a self-test, nothing else. */
async function write(file: string, text: string): Promise<void> {
  const fresh = `${file}.${process.pid}`
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(fresh, text, { mode: 0o600, flag: 'wx' })
    await rename(fresh, file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EACCES' && code !== 'EROFS' && code !== 'ENOSPC' && code !== 'EEXIST' && code !== 'ENOTDIR' && code !== 'EDQUOT') throw error
  }
}
