/**
 * A second seccomp filter, laid over the one of the namespace tier: what namespaces keep from a command there, it must not be able to ask for here.
 * Of two filters the stricter answer counts. Calls of another architecture are left to the first, which kills for them.
 */

/** x86-64, arm64; `null`: the architecture does not have the call. */
const numbers = {
  chmod: [90, null], chown: [92, null], fchmod: [91, 52], fchmodat: [268, 53], fchmodat2: [452, 452], fchown: [93, 55], fchownat: [260, 54],
  fcntl: [72, 25], file_setattr: [469, 469], fremovexattr: [199, 16], fsetxattr: [190, 7], futimesat: [261, null],
  ioctl: [16, 29], ioprio_set: [251, 30], kill: [62, 129], lchown: [94, null], lremovexattr: [198, 15], lsetxattr: [189, 6], mq_open: [240, 180],
  mq_unlink: [241, 181], msgctl: [71, 187], msgget: [68, 186], msgrcv: [70, 188], msgsnd: [69, 189], pidfd_send_signal: [424, 424], prlimit64: [302, 261],
  removexattr: [197, 14], removexattrat: [466, 466], rt_sigqueueinfo: [129, 138], rt_tgsigqueueinfo: [297, 240], sched_setaffinity: [203, 122],
  sched_setattr: [314, 274], sched_setparam: [142, 118], sched_setscheduler: [144, 119], semctl: [66, 191], semget: [64, 190], semop: [65, 193],
  semtimedop: [220, 192], setpriority: [141, 140], setxattr: [188, 5], setxattrat: [463, 463], shmat: [30, 196], shmctl: [31, 195], shmget: [29, 194],
  socket: [41, 198], socketpair: [53, 199], tgkill: [234, 131], tkill: [200, 130], utime: [132, null], utimensat: [280, 88], utimes: [235, null],
} as const satisfies Readonly<Record<string, readonly [number, number | null]>>

type CallName = keyof typeof numbers

export interface StrictFilterOptions {
  /** Setup of the trusted baseline with the network: sockets stay as the first filter leaves them. */
  readonly network: boolean
  /** The command has the user of whoever runs Ratchet, so that file modes, owners and times outside of the tree are in its reach. */
  readonly sharesUser: boolean
  /** The kernel keeps signals inside the Landlock domain (ABI 6). */
  readonly scopesSignals: boolean
}

const allow = 0x7fff0000
const notPermitted = 0x00050001
const noSuchFamily = 0x00050061

/** When a call is refused: always, or by the low half of an argument, which is all that the kernel reads of these. */
type Rule =
  | { readonly call: CallName; readonly when: 'always' }
  | { readonly call: CallName; readonly when: 'not-zero'; readonly argument: number }
  | { readonly call: CallName; readonly when: 'one-of'; readonly argument: number; readonly values: readonly number[] }
  /** Unix stream and sequenced pairs are left: a datagram one can send to any socket with a name. */
  | { readonly call: 'socketpair'; readonly when: 'datagram' }

const always = (...calls: readonly CallName[]): readonly Rule[] => calls.map((call) => ({ call, when: 'always' }))
const notZero = (argument: number, ...calls: readonly CallName[]): readonly Rule[] => calls.map((call) => ({ call, when: 'not-zero', argument }))

/** Shared memory, queues and semaphores of System V and POSIX belong to the whole machine and outlive a launch. */
const common: readonly Rule[] = [
  ...always('shmget', 'shmat', 'shmctl', 'msgget', 'msgsnd', 'msgrcv', 'msgctl', 'semget', 'semop', 'semtimedop', 'semctl', 'mq_open', 'mq_unlink'),
  ...notZero(0, 'prlimit64'),
]

/** A socket of any kind could reach a service of the host by its file, such as a container engine's or the session bus, which Landlock does not see. */
const sockets: readonly Rule[] = [...always('socket'), { call: 'socketpair', when: 'datagram' }]

/**
 * Landlock lets whoever owns a file change its mode, owner, times and attributes wherever it lies, and lets nobody keep a process of
 * the same user from being slowed down.
 */
const ownersRights: readonly Rule[] = [
  ...always(
    'chmod', 'fchmod', 'fchmodat', 'fchmodat2', 'chown', 'fchown', 'lchown', 'fchownat', 'setxattr', 'lsetxattr', 'fsetxattr', 'setxattrat', 'removexattr',
    'lremovexattr', 'fremovexattr', 'removexattrat', 'file_setattr', 'utime', 'utimes', 'futimesat',
  ),
  // With no path it is about a descriptor: `touch` and archivers do that to what they have just opened.
  ...notZero(1, 'utimensat'),
  ...notZero(0, 'sched_setaffinity', 'sched_setscheduler', 'sched_setparam', 'sched_setattr'),
  ...notZero(1, 'setpriority', 'ioprio_set'),
]

/** Older kernels: no signals but to one's own group. F_SETOWN, F_SETOWN_EX, FIOSETOWN and SIOCSPGRP would have the kernel send them. */
const signals: readonly Rule[] = [
  ...notZero(0, 'kill'),
  ...always('tkill', 'tgkill', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo', 'pidfd_send_signal'),
  { call: 'fcntl', when: 'one-of', argument: 1, values: [8, 15] },
  { call: 'ioctl', when: 'one-of', argument: 1, values: [0x8901, 0x8902] },
]

/** The program as an array of `struct sock_filter`; null for an architecture (as in `process.arch`) whose numbers are not known. */
export function strictFilter(architecture: string, options: StrictFilterOptions): Buffer | null {
  const column = { x64: 0, arm64: 1 }[architecture]
  if (column === undefined) return null
  const rules = [...common, ...(options.network ? [] : sockets), ...(options.sharesUser ? ownersRights : []), ...(options.sharesUser && !options.scopesSignals ? signals : [])]
  const links = rules.flatMap((rule) => {
    const number = numbers[rule.call][column]
    return typeof number === 'number' ? link(number, body(rule)) : []
  })
  return encode([load(0), ...links, give(allow)])
}

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, operand: number]

const load = (offset: number): Instruction => [0x20, 0, 0, offset]
const and = (mask: number): Instruction => [0x54, 0, 0, mask]
const give = (action: number): Instruction => [0x06, 0, 0, action]
const jumpEqual = (operand: number, jumpTrue: number, jumpFalse: number): Instruction => [0x15, jumpTrue, jumpFalse, operand]
const lowHalf = (argument: number): Instruction => load(16 + 8 * argument)
const highHalf = (argument: number): Instruction => load(20 + 8 * argument)

/** Every path through it ends in an answer. */
function body(rule: Rule): readonly Instruction[] {
  switch (rule.when) {
    case 'always':
      return [give(rule.call === 'socket' ? noSuchFamily : notPermitted)]
    case 'not-zero':
      return rule.call === 'utimensat' ? unlessNull(rule.argument) : [lowHalf(rule.argument), jumpEqual(0, 1, 0), give(notPermitted), give(allow)]
    case 'one-of':
      return [lowHalf(rule.argument), ...rule.values.flatMap((value) => [jumpEqual(value, 0, 1), give(notPermitted)]), give(allow)]
    case 'datagram':
      return [
        lowHalf(0), jumpEqual(1, 1, 0), give(noSuchFamily),
        // Without the flags for non-blocking and close-on-exec.
        lowHalf(1), and(0xf), jumpEqual(1, 2, 0), jumpEqual(5, 1, 0), give(notPermitted), give(allow),
      ]
  }
}

/** A pointer has both halves. */
function unlessNull(argument: number): readonly Instruction[] {
  return [lowHalf(argument), jumpEqual(0, 1, 0), give(notPermitted), highHalf(argument), jumpEqual(0, 1, 0), give(notPermitted), give(allow)]
}

/** Either answers or falls through with the number still loaded. */
function link(number: number, answer: readonly Instruction[]): readonly Instruction[] {
  return [jumpEqual(number, 0, answer.length), ...answer]
}

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(8 * program.length)
  for (const [index, [code, jumpTrue, jumpFalse, operand]] of program.entries()) {
    bytes.writeUInt16LE(code, 8 * index)
    bytes.writeUInt8(jumpTrue, 8 * index + 2)
    bytes.writeUInt8(jumpFalse, 8 * index + 3)
    bytes.writeUInt32LE(operand, 8 * index + 4)
  }
  return bytes
}
