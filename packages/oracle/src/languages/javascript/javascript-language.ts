import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Language } from '../language.ts'

/** As this file itself: `.ts` in a checkout, `.js` where the package was built. */
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const driver = fileURLToPath(new URL(`./driver/main.${extension}`, import.meta.url))

/**
 * JavaScript and TypeScript under the Node that runs the kit. Warnings are off: they carry process numbers. Enumerations and
 * parameter properties of TypeScript targets need their types transformed, not only stripped.
 */
export const javascriptLanguage: Language = {
  names: ['javascript', 'typescript'],
  driver: async (spec) => ({
    command: process.execPath,
    args: ['--no-warnings', ...(spec.language === 'typescript' ? ['--experimental-transform-types'] : []), driver],
  }),
  // The grammars are a native library, which a run in the sandbox has no use for.
  infer: async (request) => (await import('./infer/infer-javascript.ts')).inferJavascript(request),
}
