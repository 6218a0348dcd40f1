import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Transcript } from '../../model/model-call.ts'
import { createTranscriptFiles } from './transcript-files.ts'

let home = ''
const at = (...names: readonly string[]): string => path.join(home, ...names)
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'ratchet-transcripts-'))
  mkdirSync(at('outside'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const transcript: Transcript = {
  version: 1,
  call: 'c'.repeat(16),
  label: 'step 1',
  model: { name: 'm', provider: 'p', id: 'i' },
  request: { system: '', messages: [], maxOutputTokens: 1 },
  reply: { text: 'fine', toolCalls: [], finish: 'stop', usage: { input: 1, output: 1 } },
  usage: null,
}

describe('transcript files', () => {
  it('are found again by their digest and by their call', async () => {
    const files = createTranscriptFiles(at('transcripts'))
    const digest = await files.save(transcript)
    expect([await files.load(digest), await files.findCall(transcript.call)]).toEqual([transcript, digest])
  })

  it('are neither written nor read behind a folder that is a link', async () => {
    const files = createTranscriptFiles(at('transcripts'))
    symlinkSync(at('outside'), at('transcripts'))
    await expect(files.save(transcript)).rejects.toMatchObject({ code: 'transcript-failed' })
    expect(readdirSync(at('outside'))).toEqual([])
    rmSync(at('transcripts'))
    const digest = await files.save(transcript)
    for (const [name, target] of [[digest.slice(0, 2), 'some'], ['calls', 'calls']] as const) {
      renameSync(at('transcripts', name), at('outside', target))
      symlinkSync(at('outside', target), at('transcripts', name))
    }
    expect([await files.load(digest), await files.findCall(transcript.call)]).toEqual([null, null])
    await expect(files.save(transcript)).rejects.toMatchObject({ code: 'transcript-failed' })
  })
})
