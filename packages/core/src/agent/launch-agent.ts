import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { DoorOpener, Service } from '../capability/door.ts'
import type { Budget } from '../capability/grant.ts'
import { launchThroughDoor } from '../capability/launch-through-door.ts'
import type { RunId } from '../journal/event.ts'
import { createGatewayFront } from '../model/front/create-gateway-front.ts'
import type { Gateway } from '../model/gateway.ts'
import { nanoUsd } from '../model/money.ts'
import { keyPattern, redactionMark } from '../model/redaction.ts'
import type { FileChange } from '../proposal/proposal.ts'
import type { LaunchResult, Limits, Mount, Sandbox } from '../sandbox/sandbox.ts'
import { openOwnedDirectory } from '../workspace/owned-directory.ts'
import { throughBridge } from './bridge.ts'
import { defaultLeftLimits, readFolderState, readLeftFiles, type LeftLimits, type LeftProblem } from './left-files.ts'
import { readTrajectory, reportedCalls, type TrajectoryLine } from './trajectory.ts'

export interface AgentLaunch {
  /** Run by /bin/sh in the folder with the repository. */
  readonly command: string
  /** Host directory with the agent's own code, which anybody may read: shown read-only at /srv/agent. Null where the command is a program of the machine. */
  readonly code: string | null
  /** Host directory with the repository to change, written to by the agent. The caller owns it and made it fresh. */
  readonly work: string
  /** What is asked, in Markdown. */
  readonly statement: string
  /** As the configuration names it. Whatever model the agent names, this one answers. */
  readonly model: string
  /** `wallMs` is at most 55 minutes: no token lives longer than an hour. */
  readonly limits: Limits
  readonly grant: AgentGrant
  readonly environment?: Readonly<Record<string, string>>
  readonly mounts?: readonly Mount[]
  /** For agents that speak HTTP over TCP only; see `throughBridge`. */
  readonly bridge?: boolean
  /** Paths from the root of `work` that are none of its answer, folders with all that is in them: caches, for instance. */
  readonly leaveOut?: (path: string, isFolder: boolean) => boolean
  readonly left?: LeftLimits
}

export interface AgentGrant {
  readonly run: RunId | null
  /** What the limits of one proposal are counted by. */
  readonly about: string | null
  /** Begins the labels of its calls: unique within the run, and the same when a resumed run makes the launch again. */
  readonly label: string
  /** Calls of the model, tries that failed included. */
  readonly requests: number
  readonly usd?: number
  /** See `FrontGrant`. */
  readonly isRenewing?: true
}

export interface AgentCall {
  readonly call: string
  readonly nanoUsd: number
  /** Digest of its transcript. */
  readonly transcript: string
  readonly requestDigest: string
}

/** `token`: the token of its door stands in what it left. It is worth nothing any more, and yet nobody puts one into a repository. */
export type AgentProblem = LeftProblem | 'token'

export interface AgentResult {
  readonly result: LaunchResult
  /** What it left, against what `work` held before, in the order of paths; null where it cannot be taken. */
  readonly changes: readonly FileChange[] | null
  readonly problem: AgentProblem | null
  /** The path that the problem is about; empty where it is about all of it. */
  readonly where: string
  readonly trajectory: readonly TrajectoryLine[]
  /** Calls that the gateway answered under this grant, in order, with what they cost by the price list. */
  readonly calls: readonly AgentCall[]
}

export interface AgentPorts {
  readonly sandbox: Pick<Sandbox, 'launch'>
  readonly doors: DoorOpener
  readonly gateway: Gateway
}

/** Inside. */
const codePlace = '/srv/agent'
const statementPlace = '/srv/statement.md'

/** Of one answer or question; the door has a limit of its own. */
const bytesPerRequest = 4 * 1024 ** 2

/**
 * Runs a coding agent once. It has the repository, the statement and a door to the models, and nothing else; what is in `work` when it has ended is its answer. Made again under the same label, it gets the same answers to
 * the same questions from the record. Whatever the agent does is a value. Rejects when the sandbox cannot be set up, and when the record of its calls cannot be written.
 */
export async function launchAgent(ports: AgentPorts, launch: AgentLaunch, signal: AbortSignal): Promise<AgentResult> {
  await using own = await openOwnedDirectory()
  const statement = path.join(own.path, 'statement.md')
  await writeFile(statement, launch.statement, { mode: 0o644, flag: 'wx' })
  const leaveOut = launch.leaveOut ?? (() => false)
  const before = await readFolderState(launch.work, leaveOut)
  const { grant } = launch
  const model = modelService(ports.gateway, launch)
  const doors = keptToken(ports.doors)
  const { command, mounts, environment, loopback } = launch.bridge === true ? throughBridge(launch.command) : { command: launch.command, mounts: [], environment: {}, loopback: false }
  const ended = await launchThroughDoor({ sandbox: ports.sandbox, doors }, {
    launch: {
      command,
      tree: launch.work,
      access: 'kept',
      loopback,
      mounts: [...mounts, { source: statement, target: statementPlace }, ...(launch.code === null ? [] : [{ source: launch.code, target: codePlace }]), ...(launch.mounts ?? [])],
      readOnly: [],
      environment: { ...environment, ...launch.environment, RATCHET_STATEMENT: statementPlace, RATCHET_MODEL: launch.model, ...(launch.code === null ? {} : { RATCHET_AGENT: codePlace }) },
      limits: launch.limits,
    },
    services: new Map([['model', model.service]]),
    terms: { run: grant.run, proposal: null, to: grant.label, scopes: ['model'], budget: doorBudget(grant) },
  }, signal)
  const calls = await model.ended()
  const left = await readLeftFiles(launch.work, { before, limits: launch.left ?? defaultLeftLimits, leaveOut })
  const token = keyPattern([doors.token()])
  const result = { ...ended, stdout: withoutToken(token, ended.stdout), stderr: withoutToken(token, ended.stderr) }
  const trajectory = readTrajectory(result.stdout)
  const leak = left.kind === 'refused' ? undefined : left.changes.find(({ path: file, content }) => [Buffer.from(file), content ?? new Uint8Array()].some((bytes) => withoutToken(token, bytes) !== bytes))
  if (leak !== undefined) return { result, changes: null, problem: 'token', where: Buffer.from(withoutToken(token, Buffer.from(leak.path))).toString(), trajectory, calls }
  if (left.kind === 'refused') return { result, changes: null, problem: left.problem, where: left.where, trajectory, calls }
  return { result, changes: left.changes, problem: null, where: '', trajectory, calls }
}

/** Room for questions that the gateway refuses, and for the list of models: what is paid for is counted there. */
function doorBudget({ requests: calls, usd }: AgentGrant): Budget {
  const requests = calls * 2 + 20
  return { requests, bytesIn: requests * bytesPerRequest, bytesOut: requests * bytesPerRequest, ...(usd === undefined ? {} : { usd }) }
}

/** Whether an agent says of fewer replies than it got: then its log is not to be trusted, or was switched off. */
export function isTrajectoryComplete({ trajectory, calls }: Pick<AgentResult, 'trajectory' | 'calls'>): boolean {
  return reportedCalls(trajectory) >= calls.length
}

/** Remembers what an opened door was opened with, for as long as its launch is looked through. */
function keptToken(doors: DoorOpener): DoorOpener & { readonly token: () => string } {
  let token = ''
  return {
    token: () => token,
    open: async (terms, services) => {
      await using opened = new AsyncDisposableStack()
      const door = opened.use(await doors.open(terms, services))
      token = await readFile(door.files.token, 'utf8')
      opened.move()
      return door
    },
  }
}

/** The same bytes where the token is not in them, in any usual spelling. Byte by byte, so that what is no text stays as it is. */
function withoutToken(token: RegExp | null, content: Uint8Array): Uint8Array {
  if (token === null) return content
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1')
  const kept = text.replace(token, `${redactionMark}: token]`)
  return kept === text ? content : Buffer.from(kept, 'latin1')
}

/** The gateway behind a door, for one launch. */
function modelService(gateway: Gateway, { grant, model, statement }: Pick<AgentLaunch, 'grant' | 'model' | 'statement'>): { readonly service: Service; readonly ended: () => Promise<readonly AgentCall[]> } {
  const calls: AgentCall[] = []
  const limits = { calls: grant.requests, tokens: null, nanoUsd: grant.usd === undefined ? null : nanoUsd(grant.usd) }
  // What was asked of it is part of every question, wherever the agent puts it.
  const label = `${grant.label} ${createHash('sha256').update(statement).digest('hex').slice(0, 8)}`
  let capability: string | null = null
  const underWay: Promise<readonly PromiseSettledResult<void>[]>[] = []
  const front = createGatewayFront({
    gateway,
    // The door has looked at the token already, and this front stands behind one door only.
    grantOf: () => ({ label, about: grant.about, model, isOnlyModel: true, limits, ...(capability === null ? {} : { capability }), ...(grant.isRenewing === true ? { isRenewing: true } : {}) }),
    observe: ({ call, cost, transcript, requestDigest }) => calls.push({ call, nanoUsd: cost, transcript, requestDigest }),
    watch: (call) => void underWay.push(Promise.allSettled([call])),
  })
  const service: Service = (request, { id }) => {
    capability = id
    const answer = front(request)
    // Nobody waits any more: that is no failure.
    underWay.push(Promise.allSettled([answer.then(() => undefined, (error: unknown) => {
      if (!request.signal.aborted) throw error
    })]))
    return answer
  }
  return {
    service,
    ended: async () => {
      // A call that the end of the launch has cut off still has to be written down.
      for (const [call] of await Promise.all(underWay)) if (call?.status === 'rejected') throw call.reason
      return calls
    },
  }
}
