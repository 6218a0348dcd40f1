import { createHash } from 'node:crypto'
import { isScalar, parseDocument, visit, type Document } from 'yaml'
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
  const parsed = constitutionSchema.safeParse(valueOf(decoded(bytes, path), path))
  if (!parsed.success) throw invalid(path, parsed.error.issues.map((issue) => `${issue.path.map(String).join('.') || 'the whole'}: ${issue.message}`))
  const constitution = fromParsed(parsed.data, constitutionDigest(bytes))
  const { problems } = compileRules(constitution, knownChecks)
  if (problems.length > 0) throw invalid(path, problems.map(({ rule, message }) => `${rule}: ${message}`))
  return constitution
}

/** What the YAML stands for. Its aliases are looked up only now, and may lead nowhere, or to much of little. */
function valueOf(text: string, path: string): unknown {
  try {
    const document = parseDocument(text, { strict: true, uniqueKeys: true })
    const [syntax] = [...document.errors, ...document.warnings]
    const problem = syntax === undefined ? ambiguity(document) : (syntax.message.split('\n')[0] ?? 'it is no YAML')
    if (problem !== null) throw invalid(path, [problem])
    return document.toJS({ maxAliasCount: mostAliases })
  } catch (error) {
    if (error instanceof ConstitutionError || !(error instanceof Error)) throw error
    throw invalid(path, [error.message.split('\n')[0] ?? 'it cannot be read'])
  }
}

/** What readers of YAML take for different things: words that are truths in 1.1 only, and keys that bring other keys with them. */
function ambiguity(document: Document.Parsed): string | null {
  if (document.directives.yaml.version !== '1.2') return `it says %YAML ${document.directives.yaml.version}, in which words and numbers mean other things: write it as YAML 1.2, without that line`
  let merges = false
  visit(document, { Pair: (_, { key }) => {
    merges ||= isScalar(key) && key.source === '<<'
  } })
  return merges ? 'it merges keys (<<): write them where they belong' : null
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
