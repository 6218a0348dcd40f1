import { OracleError } from '../oracle-error.ts'
import type { LanguageName } from '../spec.ts'
import type { Language } from './language.ts'

/** Languages are loaded when they are needed: a run starts often and uses one. */
export async function languageByName(name: LanguageName): Promise<Language> {
  switch (name) {
    case 'javascript':
    case 'typescript':
      return (await import('./javascript/javascript-language.ts')).javascriptLanguage
    case 'python':
      return (await import('./python/python-language.ts')).pythonLanguage
    case 'cpp':
      return (await import('./cpp/cpp-language.ts')).cppLanguage
    default:
      throw new OracleError('language-unknown', `no driver for ${String(name satisfies never)}`)
  }
}
