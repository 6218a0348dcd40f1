import type { RunSnapshot, RunSnapshots } from '../archive/run-snapshots.ts'

/** Snapshots that are gone with the process. They are copies: what was packed goes on to change. */
export function createMemorySnapshots(): RunSnapshots {
  const kept = new Map<string, RunSnapshot>()
  return {
    load: async (run) => structuredClone(kept.get(run) ?? null),
    save: async (run, snapshot) => void kept.set(run, structuredClone(snapshot)),
    discard: async (run) => void kept.delete(run),
  }
}
