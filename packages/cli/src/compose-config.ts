import { stat } from 'node:fs/promises'
import path from 'node:path'
import { configFileNames, findConfigFile } from '@ratchet/core/adapters/config-file/find-config-file'
import { loadConfig } from '@ratchet/core/adapters/config-file/load-config'
import { longestWritten, readPlainBytes } from './read-plain-file.ts'
import type { TargetOptions } from './target-options.ts'
import { UsageError } from './usage-error.ts'

/** The configuration that lies in a working tree; null where there is none. */
export async function workingConfig(root: string): Promise<string | null> {
  const found: string[] = []
  for (const name of configFileNames) {
    try {
      // Looked at, not read: what is neither folder nor plain file is one to stop at, not one to pass over.
      if (!(await stat(path.join(root, name))).isDirectory()) found.push(name)
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
  const name = findConfigFile(found)
  return name === null ? null : path.join(root, name)
}

/** The text of a configuration that the operator names or keeps. */
export async function readConfig(file: string): Promise<string> {
  const read = await readPlainBytes(file, longestWritten).catch((error: unknown) => {
    throw new UsageError('bad-argument', `the configuration ${file} cannot be read`, { cause: error })
  })
  if ('refused' in read) throw new UsageError('bad-argument', `the configuration ${file} ${read.said}`)
  return read.bytes.toString('utf8')
}

/** The constitution that the working tree's configuration names; null where there is none, or it names none. */
export async function namedConstitution(root: string, options: TargetOptions, signal: AbortSignal): Promise<string | null> {
  const file = options.config ?? (await workingConfig(root))
  if (file === null) return null
  const { config } = await loadConfig({ text: await readConfig(file), path: path.basename(file), signal })
  return config.constitution ?? null
}
