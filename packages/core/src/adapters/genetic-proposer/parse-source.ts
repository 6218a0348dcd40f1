import type { SourceFile } from '../../proposal/proposer.ts'
import { hasErrors, parseAs, type Parse } from '../ast-grep-rules/languages.ts'
import type { Family, ParsedSource } from './edit-operator.ts'
import { isNative, nativeSource } from './native-source.ts'
import { isScript, scriptSource } from './script-source.ts'
import { isSettings, settingsSource } from './settings-source.ts'

/** Longer lines come from a bundler or minifier: nothing there is worth a person's review. */
const lineLimit = 5_000

/** Whether a file of this name can be read at all; a declaration file cannot. */
export function isReadable(path: string): boolean {
  return familyOf(path) !== null
}

function familyOf(path: string): Exclude<Family, 'python' | 'cpp'> | 'native' | null {
  if (isScript(path)) return 'script'
  if (isNative(path)) return 'native'
  return isSettings(path) ? 'settings' : null
}

/** A file that some operator understands; null for other files, generated ones and declarations. */
export function parseSource(file: SourceFile, parse: Parse = parseAs): ParsedSource | null {
  const family = familyOf(file.path)
  if (family === null || file.text.split('\n', 2_000).some((line) => line.length > lineLimit)) return null
  switch (family) {
    case 'script':
      return scriptSource(file, parse)
    case 'native':
      return nativeSource(file, parse)
    case 'settings':
      return settingsSource(file)
  }
}

/** How much of the text no grammar can make sense of: for scripts only whether there is such a place. */
export function syntaxErrors(source: ParsedSource): number {
  switch (source.family) {
    case 'script':
      return Number(hasErrors(source.root))
    case 'python':
    case 'cpp':
      return source.tree.errors
    case 'settings':
      return source.errors
  }
}

export function hasSyntaxError(source: ParsedSource): boolean {
  return syntaxErrors(source) > 0
}
