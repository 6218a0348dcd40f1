import type { Config, ObjectId, RevisionReader } from '@ratchet/core'
import { hiddenPaths } from '@ratchet/core/target/hidden-paths'
import { readPackage } from '@ratchet/core/adapters/repository-survey/read-package'

export function packageScripts(manifest: Uint8Array | null | undefined): Readonly<Record<string, string>> | null {
  const scripts = manifest === undefined || manifest === null ? undefined : readPackage(Buffer.from(manifest).toString('utf8'))?.scripts
  return scripts === undefined ? null : Object.fromEntries(scripts)
}

/** Benchmarks, lists of held-out tasks and files of held-out tests, by the tree of a baseline: see `hiddenPaths`. */
export async function hiddenFromAgents({ revisions, config, baseline }: { readonly revisions: Pick<RevisionReader, 'entries' | 'blobs'>; readonly config: Config; readonly baseline: ObjectId }): Promise<(path: string) => boolean> {
  const entries = await revisions.entries(baseline)
  const manifest = entries.find((entry) => entry.path === 'package.json')
  const [text] = manifest === undefined ? [] : await revisions.blobs([manifest.id])
  return hiddenPaths(config, entries.map((entry) => entry.path), packageScripts(text))
}
