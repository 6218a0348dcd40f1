import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import type { Spec } from '../../../spec.ts'
import { captureOutput } from './captured-output.ts'
import { findCallee } from './find-callee.ts'
import { watchGlobals } from './globals-watch.ts'
import * as intrinsic from './intrinsics.ts'
import { LineReader } from './line-reader.ts'
import { outcomeOf, type Callee, type OutcomeOptions, type Request } from './outcome.ts'

/** The channel of the answers. */
const answers = 3
/** All of the language's objects are looked at so often; the two that matter most after every case. */
const fullLookEvery = 50

function answer(text: string): void {
  const bytes = intrinsic.bufferFrom(`${text}\n`, 'utf8')
  for (let sent = 0; sent < bytes.length; ) sent += intrinsic.writeBytes(answers, bytes, sent, bytes.length - sent)
}

function start(): void {
  const lines = new LineReader(0)
  lines.next((line) => {
    if (line === null) return
    const { spec } = intrinsic.parseJson(line) as { readonly spec: Spec }
    const globals = watchGlobals()
    const takeOutput = captureOutput()
    const url = pathToFileURL(path.resolve(spec.module)).href
    intrinsic.promiseThen(
      import(url),
      (namespace) => {
        const callee = findCallee(namespace as Readonly<Record<string, unknown>>, spec.function)
        if (callee === null) return answer(`{"ready":false,"error":${intrinsic.quote(`${spec.module} exports no function ${spec.function}`)}}`)
        answer('{"ready":true}')
        new Loop(lines, callee, { options: optionsOf(spec, takeOutput), globals }).step()
      },
      (reason) => answer(`{"ready":false,"error":${intrinsic.quote(messageOf(reason))}}`),
    )
  })
}

function optionsOf(spec: Spec, takeOutput: () => string): OutcomeOptions {
  const relative = spec.tolerance?.relative
  return {
    digits: relative === undefined ? null : Math.min(17, Math.max(1, Math.floor(-Math.log10(relative)))),
    errors: spec.errors,
    sortKeys: spec.keyOrder === 'ignored',
    identity: spec.identity === 'observed',
    takeOutput,
  }
}

interface LoopSettings {
  readonly options: OutcomeOptions
  readonly globals: (all: boolean) => string
}

/** One case after the other; the event loop turns once between them, so that work a function left behind is done before the next. */
class Loop {
  readonly #lines: LineReader
  readonly #callee: Callee
  readonly #settings: LoopSettings
  #request: Request | null = null
  #count = 0

  constructor(lines: LineReader, callee: Callee, settings: LoopSettings) {
    this.#lines = lines
    this.#callee = callee
    this.#settings = settings
    // A promise that never settles: nothing is left to do, and the process would end without a word.
    process.on('beforeExit', () => this.#finish(this.#request, '"pending":true'))
  }

  step(): void {
    this.#lines.next((line) => {
      if (line === null) return
      const request = requestOf(line)
      this.#request = request
      outcomeOf(this.#callee, request, this.#settings.options, (text) => this.#finish(request, text))
    })
  }

  /** A second answer to the same case (a promise that settles after all) is dropped. */
  #finish(request: Request | null, text: string): void {
    if (request === null || this.#request !== request) return
    this.#request = null
    const changed = this.#settings.globals(++this.#count % fullLookEvery === 1)
    const globals = changed === '' ? '' : `,"globals":${changed}`
    answer(`{"case":${intrinsic.quote(request.id)},"class":${intrinsic.quote(request.class)},${text}${globals}}`)
    intrinsic.laterOn(() => this.step())
  }
}

function requestOf(line: string): Request {
  const parsed = intrinsic.parseJson(line) as Readonly<Record<string, unknown>>
  const own = (name: string): unknown => (intrinsic.hasOwn(parsed, name) ? parsed[name] : undefined)
  return {
    line,
    id: own('id') as string,
    class: own('class') as string,
    repeat: (own('repeat') as 'same' | 'changed' | undefined) ?? null,
    times: (own('times') as number | undefined) ?? 1,
    follow: own('follow') !== undefined,
    survey: own('survey') === true,
  }
}

function messageOf(reason: unknown): string {
  return intrinsic.isNativeError(reason) ? `${reason.message}` : 'the module throws while it is loaded'
}

start()
