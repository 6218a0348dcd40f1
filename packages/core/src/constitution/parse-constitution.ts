import { createHash } from 'node:crypto'
import { parseDocument } from 'yaml'
import { compileRules } from './compile-constitution.ts'
import { constitutionSchema, fromParsed, type Constitution } from './constitution.ts'
import { ConstitutionError } from './constitution-error.ts'

/** More than this is no text that a person has read. */
const mostBytes = 256 * 1024
/** YAML can make much of little. */
const mostAliases = 50

/** The constitution in these bytes, with every rule known to compile; throws a `ConstitutionError` with all that is wrong. */
export function parseConstitution(bytes: Uint8Array, { path, knownChecks }: { readonly path: string; readonly knownChecks: ReadonlySet<string> | null }): Constitution {
  if (bytes.length > mostBytes) throw invalid(path, [`it has more than ${mostBytes} bytes`])
  const document = parseDocument(decoded(bytes, path), { strict: true, uniqueKeys: true })
  const [syntax] = [...document.errors, ...document.warnings]
  if (syntax !== undefined) throw invalid(path, [syntax.message.split('\n')[0] ?? 'it is no YAML'])
  const parsed = constitutionSchema.safeParse(document.toJS({ maxAliasCount: mostAliases }))
  if (!parsed.success) throw invalid(path, parsed.error.issues.map((issue) => `${issue.path.map(String).join('.') || 'the whole'}: ${issue.message}`))
  const constitution = fromParsed(parsed.data, constitutionDigest(bytes))
  const { problems } = compileRules(constitution, knownChecks)
  if (problems.length > 0) throw invalid(path, problems.map(({ rule, message }) => `${rule}: ${message}`))
  return constitution
}

export function constitutionDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new ConstitutionError('constitution-invalid', `${path} is no UTF-8 text`, { cause: error, remedy })
  }
}

const remedy = 'Correct it (`ratchet constitution check` says more), sign it again if it was signed, and commit it; until then nothing is judged or applied.'

function invalid(path: string, problems: readonly string[]): ConstitutionError {
  return new ConstitutionError('constitution-invalid', `${path} cannot be used:\n${problems.slice(0, 20).map((problem) => `  - ${problem}`).join('\n')}`, { remedy })
}
