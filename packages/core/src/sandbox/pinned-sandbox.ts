import type { Lane } from './lane.ts'
import type { Sandbox } from './sandbox.ts'

/** The same sandbox, with every launch on the processors of one lane. Whoever owns the sandbox disposes of it, nobody does through this. */
export function pinnedSandbox(sandbox: Sandbox, lane: Lane): Sandbox {
  if (lane === null) return sandbox
  return {
    tier: sandbox.tier,
    ...(sandbox.selfTest === undefined ? {} : { selfTest: sandbox.selfTest }),
    launch: (launch, signal) => sandbox.launch({ ...launch, processors: lane }, signal),
    probe: (signal) => sandbox.probe(signal),
    [Symbol.asyncDispose]: async () => undefined,
  }
}
