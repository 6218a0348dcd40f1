import type { HonestChange } from '../cheats/corpus/patch.ts'
import { cppChanges } from './cpp.ts'
import { javascriptListChanges } from './javascript-lists.ts'
import { javascriptTextChanges } from './javascript-text.ts'
import { pythonChanges } from './python.ts'
import { typescriptChanges } from './typescript.ts'

/** Changes that a careful engineer would take: what stops one of them is a false alarm. */
export const honestChanges: readonly HonestChange[] = [...javascriptListChanges, ...javascriptTextChanges, ...typescriptChanges, ...pythonChanges, ...cppChanges]
