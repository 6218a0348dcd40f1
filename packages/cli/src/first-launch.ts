import type { Sandbox } from '@ratchet/core'

/** From a launch being asked for until its process runs, as a rule; whoever loads code before that holds it up, since loading lets nobody else have a turn. */
const headStartMs = 50

/** The same sandbox, and a promise that is kept soon after the first launch in it has begun: from then on there is time for work that would otherwise be waited for later. */
export function watchFirstLaunch(sandbox: Sandbox): { readonly sandbox: Sandbox; readonly begun: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return {
    begun: promise,
    sandbox: {
      tier: sandbox.tier,
      ...(sandbox.selfTest === undefined ? {} : { selfTest: sandbox.selfTest }),
      launch: (launch, signal) => {
        setTimeout(resolve, headStartMs).unref()
        return sandbox.launch(launch, signal)
      },
      probe: (signal) => sandbox.probe(signal),
      [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
    },
  }
}
