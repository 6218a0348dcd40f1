import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { configFileNames, findConfigFile } from '@ratchet/core/adapters/config-file/find-config-file'
import { loadConfig } from '@ratchet/core/adapters/config-file/load-config'
import type { TargetOptions } from './target-options.ts'
import { UsageError } from './usage-error.ts'

/** The configuration that lies in a working tree; null where there is none. */
export async function workingConfig(root: string): Promise<string | null> {
  const found: string[] = []
  for (const name of configFileNames) {
    try {
      await readFile(path.join(root, name))
      found.push(name)
    } catch (error) {
      if (!['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
  const name = findConfigFile(found)
  return name === null ? null : path.join(root, name)
}

/** The text of a configuration that the operator names or keeps. */
export async function readConfig(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new UsageError('bad-argument', `the configuration ${file} cannot be read`, { cause: error })
  }
}

/** The constitution that the working tree's configuration names; null where there is none, or it names none. */
export async function namedConstitution(root: string, options: TargetOptions, signal: AbortSignal): Promise<string | null> {
  const file = options.config ?? (await workingConfig(root))
  if (file === null) return null
  const { config } = await loadConfig({ text: await readConfig(file), path: path.basename(file), signal })
  return config.constitution ?? null
}
