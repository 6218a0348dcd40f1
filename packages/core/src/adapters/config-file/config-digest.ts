import { createHash } from 'node:crypto'
import type { Config } from '../../target/config.ts'

/**
 * SHA-256 (hex) over the canonical JSON of a validated config: keys sorted by UTF-16 code units, no spaces, absent fields left out.
 * Comments, order and spelling (`2m` or `120s`) of the file do not change it; every value that counts does.
 */
export function configDigest(config: Config): string {
  return createHash('sha256').update(canonical(config)).digest('hex')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
}
