import type { DriverCommand, DriverRequest, Language } from '../language.ts'
import type { Spec } from '../../spec.ts'
import { buildDefinitions } from './build-definitions.ts'
import { buildDriver } from './build-driver.ts'
import { inferCpp } from './infer-cpp.ts'
import { inferInTree, undrivable } from './infer-in-tree.ts'

/** Compiles the driver for a function into the scratch folder. Leaks are not looked for: that takes ptrace, which a sandbox denies. */
export async function cppDriver(spec: Spec, request: DriverRequest): Promise<DriverCommand> {
  return { command: await buildDriver(spec, request), args: [], environment: { ASAN_OPTIONS: '', UBSAN_OPTIONS: '', LC_ALL: 'C.UTF-8' } }
}

/** C and C++ by the compiler of the system, in C++17 unless `native.flags` says otherwise. */
export const cppLanguage: Language = {
  names: ['cpp'],
  driver: cppDriver,
  surroundings: buildDefinitions,
  infer: async (request) => {
    if (request.directory !== undefined) return await inferInTree(request, request.directory, request.signal ?? new AbortController().signal)
    const inferred = inferCpp(request)
    if ('reason' in inferred) throw undrivable(inferred.reason)
    return inferred
  },
}
