import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod'
import { ConstitutionError } from '../../constitution/constitution-error.ts'
import type { ConstitutionPins } from '../../constitution/constitution-pins.ts'

const pinSchema = z.strictObject({ version: z.literal(1), target: z.string(), pinnedAt: z.string(), key: z.strictObject({ kind: z.enum(['ed25519', 'ssh']), keyId: z.string(), publicKey: z.string() }) })

/** One small file a target in the user's configuration folder. A folder for each target would be shared by nobody; a candidate reaches neither. */
export function createConstitutionPins({ folder, clock }: { readonly folder: string; readonly clock: () => Date }): ConstitutionPins {
  const fileOf = (target: string): string => path.join(folder, 'constitutions', `${createHash('sha256').update(target).digest('hex').slice(0, 32)}.json`)
  const read: ConstitutionPins['read'] = async (target) => {
    const file = fileOf(target)
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw unreadable(file, error)
    })
    if (text === null) return null
    const pin = parse(text)
    if (pin === null || pin.target !== target) throw unreadable(file, undefined)
    return pin.key
  }
  return {
    read,
    remove: async (target) => {
      const key = await read(target)
      await rm(fileOf(target), { force: true })
      return key
    },
    write: async (target, key) => {
      const file = fileOf(target)
      try {
        await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
        await writeFile(`${file}.new`, `${JSON.stringify({ version: 1, target, pinnedAt: clock().toISOString(), key }, null, 2)}\n`, { mode: 0o600 })
        await rename(`${file}.new`, file)
      } catch (error) {
        throw new ConstitutionError('signing-failed', `the key of this target's constitution cannot be recorded in ${path.dirname(file)}`, { cause: error, remedy: 'See that the folder may be written to, or name another one in XDG_CONFIG_HOME.' })
      }
    },
  }
}

function parse(text: string): z.output<typeof pinSchema> | null {
  try {
    const parsed = pinSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function unreadable(file: string, cause: unknown): ConstitutionError {
  return new ConstitutionError('constitution-unsigned', `${file} says which key signs this target's constitution, and cannot be read`, { cause, remedy: 'Restore the file; delete it only if you know why it is damaged.' })
}
