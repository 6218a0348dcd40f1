import type { CodeRule } from '../code-rule.ts'
import { cppBuild } from './cpp-build.ts'
import { cppEffects } from './cpp-effects.ts'
import { cppMemory } from './cpp-memory.ts'

/** All rules for C and C++; the grammar of C++ reads C well enough. */
export const cppRules: readonly CodeRule[] = [...cppBuild, ...cppEffects, ...cppMemory]
