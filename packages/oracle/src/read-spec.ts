import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { OracleError } from './oracle-error.ts'
import { specSchema, type Spec } from './spec.ts'

/** Reads and checks a spec file. */
export async function readSpec(file: string): Promise<Spec> {
  let content: unknown
  try {
    content = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new OracleError('spec-unreadable', `${file} cannot be read as JSON`, { cause: error, remedy: 'Make a spec by `ratchet-oracle infer`.' })
  }
  const checked = specSchema.safeParse(content)
  if (checked.success) return checked.data
  throw new OracleError('spec-invalid', `${file} is no spec:\n${z.prettifyError(checked.error)}`, { cause: checked.error, remedy: 'Correct the named places, or infer the spec anew.' })
}
