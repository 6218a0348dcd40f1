import { Lang, parse } from '@ast-grep/napi'
import type { SourceFile } from '../../proposal/proposer.ts'
import { createScopes } from './analysis/scopes.ts'
import type { ParsedSource } from './edit-operator.ts'

const languages: readonly (readonly [RegExp, Lang, ParsedSource['language']])[] = [
  [/\.[cm]?jsx?$/, Lang.JavaScript, 'JavaScript'],
  [/\.[cm]?ts$/, Lang.TypeScript, 'TypeScript'],
  [/\.tsx$/, Lang.Tsx, 'Tsx'],
]

/** Longer lines come from a bundler or minifier: nothing there is worth a person's review. */
const lineLimit = 5_000

/** The syntax tree of a JavaScript or TypeScript file; null for other files, generated ones and declarations. */
export function parseSource({ path, text }: SourceFile): ParsedSource | null {
  const match = languages.find(([ending]) => ending.test(path))
  if (match === undefined || path.endsWith('.d.ts') || text.split('\n', 2_000).some((line) => line.length > lineLimit)) return null
  const root = parse(match[1], text)
  return { path, text, language: match[2], root, scopes: createScopes(text, root.root()) }
}

/** Whether the tree holds what the grammar could not make sense of. */
export function hasSyntaxError(source: ParsedSource): boolean {
  return source.root.root().find({ rule: { kind: 'ERROR' } }) !== null
}
