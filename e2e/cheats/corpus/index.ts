import type { Cheat } from './patch.ts'
import { repositoryCheats } from './repository.ts'
import { supplyChainCheats } from './supply-chain.ts'
import { testFileCheats } from './tests-files.ts'
import { testRuntimeCheats } from './tests-runtime.ts'
import { clockCheats } from './timing-clocks.ts'
import { workCheats } from './timing-work.ts'

/** Patches that gain without improving anything, each as real as it could be written. */
export const cheats: readonly Cheat[] = [...testFileCheats, ...testRuntimeCheats, ...clockCheats, ...workCheats, ...supplyChainCheats, ...repositoryCheats]
