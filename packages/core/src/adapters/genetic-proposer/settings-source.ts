import type { SourceFile } from '../../proposal/proposer.ts'
import type { SettingsSource } from './edit-operator.ts'

const formats: readonly (readonly [RegExp, SettingsSource['format']])[] = [
  [/(?:^|\/)(?:gnu)?makefile$|\.mk$/i, 'make'],
  [/(?:^|\/)cmakelists\.txt$|\.cmake$/i, 'cmake'],
  [/(?:^|\/)package\.json$/, 'package'],
  [/(?:^|\/)tsconfig(?:\.[\w-]+)?\.json$/, 'tsconfig'],
  [/\.toml$/, 'lines'],
  [/\.(?:ini|cfg|conf|properties)$/, 'lines'],
  // Other files of these kinds hold data, texts and test cases far more often than something to tune.
  [/(?:^|\/)[\w.-]*(?:config|settings?|options|param(?:eter)?s?|tuning|limits|defaults)[\w.-]*\.(?:json|ya?ml)$/i, 'lines'],
]

/** Larger ones are data. */
const sizeLimit = 64 * 1024

export function isSettings(path: string): boolean {
  return formats.some(([name]) => name.test(path))
}

export function settingsSource({ path, text }: SourceFile): SettingsSource | null {
  const match = formats.find(([name]) => name.test(path))
  return match === undefined || text.length > sizeLimit ? null : { family: 'settings', path, text, format: match[1], errors: path.endsWith('.json') && !isJson(text) ? 1 : 0 }
}

/** Comments are common in settings, and no reason to call them wrong. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}
