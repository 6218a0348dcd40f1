import type { CodeRule } from '../code-rule.ts'
import { caches } from './caches.ts'
import { codeLoading } from './code-loading.ts'
import { endlessLoops } from './endless-loops.ts'
import { equality } from './equality.ts'
import { outsideAccess } from './outside-access.ts'
import { patchedGlobals } from './patched-globals.ts'
import { processControl } from './process-control.ts'
import { propertyKeys } from './property-keys.ts'
import { renamedGlobals } from './renamed-globals.ts'
import { runnerDetection } from './runner-detection.ts'
import { runtimeFlags } from './runtime-flags.ts'
import { swallowedErrors } from './swallowed-errors.ts'
import type { Dialect } from './syntax.ts'

/** All rules for JavaScript, or for TypeScript. */
export function javascriptRules(dialect: Dialect): readonly CodeRule[] {
  return [...runnerDetection, ...patchedGlobals, renamedGlobals(dialect), ...equality, ...processControl(dialect), ...codeLoading(dialect), ...propertyKeys, ...outsideAccess, ...runtimeFlags, ...swallowedErrors, ...endlessLoops, ...caches(dialect)]
}
