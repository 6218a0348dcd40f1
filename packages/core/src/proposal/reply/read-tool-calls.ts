import { z } from 'zod'
import type { ModelTool, ModelToolCall } from '../../model/model-request.ts'
import type { ChangeRequest, ReadReply } from './file-change-request.ts'
import { mostRequests, readBlocks, tooMany } from './read-blocks.ts'
import { unusable, type UnusableReply } from './reply-problem.ts'

const path = { type: 'string', description: 'Path of the file in the repository.' }

/** What a model may call instead of writing blocks. */
export const editTools: readonly ModelTool[] = [
  { name: 'replace_in_file', description: 'Replaces the one place in a file where `search` stands by `replace`. Both are whole lines.', input: { type: 'object', properties: { path, search: { type: 'string' }, replace: { type: 'string' } }, required: ['path', 'search', 'replace'] } },
  { name: 'write_file', description: 'Gives a file that exists a whole new content.', input: { type: 'object', properties: { path, content: { type: 'string' } }, required: ['path', 'content'] } },
  { name: 'explain', description: 'Says in one sentence what the change is and why it should help.', input: { type: 'object', properties: { rationale: { type: 'string' } }, required: ['rationale'] } },
]

const inputs = {
  replace_in_file: z.looseObject({ path: z.string(), search: z.string(), replace: z.string() }),
  write_file: z.looseObject({ path: z.string(), content: z.string() }),
  apply_patch: z.looseObject({ patch: z.string() }),
  explain: z.looseObject({ rationale: z.string() }),
}

export function readToolCalls(calls: readonly ModelToolCall[], isKnown: (path: string) => boolean): ReadReply | UnusableReply {
  const requests: ChangeRequest[] = []
  const prose: string[] = []
  for (const call of calls) {
    const read = readCall(call, isKnown)
    if ('problem' in read) return read
    requests.push(...read.requests)
    if (requests.length > mostRequests) return tooMany()
    prose.push(read.prose)
  }
  return { requests, prose: prose.filter((text) => text !== '').join('\n') }
}

function readCall({ name, input }: ModelToolCall, isKnown: (path: string) => boolean): ReadReply | UnusableReply {
  const value = jsonOf(input)
  const bad = unusable('malformed', `the call of ${name.slice(0, 40)} has not the input that it needs`)
  switch (name) {
    case 'replace_in_file': {
      const { data } = inputs.replace_in_file.safeParse(value)
      return data === undefined ? bad : { requests: [{ kind: 'replace', path: clean(data.path), search: linesOf(data.search), replace: linesOf(data.replace), near: null }], prose: '' }
    }
    case 'write_file': {
      const { data } = inputs.write_file.safeParse(value)
      return data === undefined ? bad : { requests: [{ kind: 'whole', path: clean(data.path), content: data.content }], prose: '' }
    }
    case 'apply_patch': {
      const { data } = inputs.apply_patch.safeParse(value)
      return data === undefined ? bad : readBlocks(data.patch, isKnown)
    }
    case 'explain': {
      const { data } = inputs.explain.safeParse(value)
      return data === undefined ? bad : { requests: [], prose: data.rationale }
    }
    default:
      return unusable('malformed', `there is no tool ${name.slice(0, 40)}`)
  }
}

function jsonOf(input: string): unknown {
  try {
    return JSON.parse(input) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function clean(path: string): string {
  return path.trim().replace(/^\.\//, '')
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
}
