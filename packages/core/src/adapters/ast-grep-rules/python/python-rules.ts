import type { CodeRule } from '../code-rule.ts'
import { pythonDetection } from './python-detection.ts'
import { pythonEffects } from './python-effects.ts'
import { pythonLoops } from './python-loops.ts'
import { pythonPatching } from './python-patching.ts'

/** All rules for Python. */
export const pythonRules: readonly CodeRule[] = [...pythonDetection, ...pythonPatching, ...pythonEffects, ...pythonLoops]
