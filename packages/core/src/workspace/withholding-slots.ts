import type { TreeSlots } from './workspace.ts'

/**
 * Slots whose trees never hold certain paths, whoever asks for a tree and however. Threat: hidden tests in a tree can be read by whatever runs in it, and a build can copy them to where nobody looks for them.
 */
export function withholdingSlots(slots: TreeSlots, isWithheld: (path: string) => boolean): TreeSlots {
  return {
    materialise: (request) => slots.materialise({ ...request, isWithheld: (path) => isWithheld(path) || request.isWithheld?.(path) === true }),
    [Symbol.asyncDispose]: () => slots[Symbol.asyncDispose](),
  }
}
