/**
 * A system call filter for the sandbox: a classic BPF program, as `bwrap --seccomp FD` reads it.
 *
 * The namespaces and the missing capabilities already make most of what is refused here useless. The filter takes away
 * the kernel code behind it, which is where escapes come from, and the few calls with which an unprivileged process
 * can change the conditions under which others are measured (page cache, memory placement, keyrings).
 */

/**
 * Numbers of the calls the filter knows: x86-64, arm64. `null`: the architecture does not have the call. Numbers from 424 on are the
 * same everywhere. A number listed for a kernel older than the call does no harm: there it is unknown anyway.
 */
const numbers = {
  acct: [163, 89], add_key: [248, 217], adjtimex: [159, 171], bpf: [321, 280], cachestat: [451, 451], chroot: [161, 51],
  clock_adjtime: [305, 266], clock_settime: [227, 112], clone: [56, 220], clone3: [435, 435], delete_module: [176, 106],
  fadvise64: [221, 223], fanotify_init: [300, 262], finit_module: [313, 273], fsconfig: [431, 431], fsmount: [432, 432],
  fsopen: [430, 430], fspick: [433, 433], init_module: [175, 105], io_uring_enter: [426, 426], io_uring_register: [427, 427],
  io_uring_setup: [425, 425], ioctl: [16, 29], ioperm: [173, null], iopl: [172, null], kcmp: [312, 272],
  kexec_file_load: [320, 294], kexec_load: [246, 104], keyctl: [250, 219], lookup_dcookie: [212, 18], madvise: [28, 233],
  mbind: [237, 235], migrate_pages: [256, 238], modify_ldt: [154, null], mount: [165, 40], mount_setattr: [442, 442],
  move_mount: [429, 429], move_pages: [279, 239], name_to_handle_at: [303, 264], nfsservctl: [180, 42],
  open_by_handle_at: [304, 265], open_tree: [428, 428], open_tree_attr: [467, 467], perf_event_open: [298, 241],
  personality: [135, 92], pidfd_getfd: [438, 438], pivot_root: [155, 41], process_madvise: [440, 440],
  process_vm_readv: [310, 270], process_vm_writev: [311, 271], ptrace: [101, 117], quotactl: [179, 60],
  quotactl_fd: [443, 443], reboot: [169, 142], request_key: [249, 218], set_mempolicy: [238, 237],
  set_mempolicy_home_node: [450, 450], setns: [308, 268], settimeofday: [164, 170], socket: [41, 198], socketpair: [53, 199],
  swapoff: [168, 225], swapon: [167, 224], syslog: [103, 116], umount2: [166, 39], unshare: [272, 97], uselib: [134, null],
  userfaultfd: [323, 282],
} as const satisfies Readonly<Record<string, readonly [number, number | null]>>

/** A call the filter has a rule for, by its kernel name. */
export type FilteredCall = keyof typeof numbers

interface Architecture {
  /** The kernel's AUDIT_ARCH value: word size, byte order and ELF machine. */
  readonly audit: number
  readonly column: 0 | 1
  /** x86-64 has a second set of numbers for the same calls. */
  readonly hasX32: boolean
}

const architectures: Readonly<Record<string, Architecture>> = {
  x64: { audit: 0xc000003e, column: 0, hasX32: true },
  arm64: { audit: 0xc00000b7, column: 1, hasX32: false },
}

const allow = 0x7fff0000
const killProcess = 0x80000000
const refuse = (errno: number): number => 0x00050000 + errno
/** Skips the call and reports success. */
const pretend = refuse(0)
const notPermitted = refuse(1)
const notImplemented = refuse(38)
const noSuchFamily = refuse(97)

/**
 * A rule that reads an argument. Only the low half is compared: each of these arguments is 32 bits to the kernel (of clone's flags
 * it uses the low half), so a test of the high half could only be a way round the rule.
 */
type ArgumentRule = { readonly argument: number; readonly action: number } & (
  | { readonly when: 'one-of' | 'none-of'; readonly values: readonly number[] }
  | { readonly when: 'any-bit'; readonly mask: number }
)

const newNamespaceFlags = 0x00020000 + 0x02000000 + 0x04000000 + 0x08000000 + 0x10000000 + 0x20000000 + 0x40000000
/**
 * Which sockets there are. `unix` alone is the rule. `network`: IPv4, IPv6 and netlink (name resolution and lists of interfaces need it) as well, for setup that
 * downloads, and for programs that serve themselves over their own loopback device. Gone in any case: AF_ALG, AF_VSOCK, AF_PACKET and fifty rarely used ones.
 */
export type Sockets = 'unix' | 'network'

const families = (sockets: Sockets): ArgumentRule => ({ argument: 0, when: 'none-of', values: sockets === 'unix' ? [1] : [1, 2, 10, 16], action: noSuchFamily })

const argumentRules: Readonly<Partial<Record<FilteredCall, ArgumentRule>>> = {
  // New namespaces give back the capabilities that bwrap dropped. CLONE_NEWTIME cannot be asked for here: its bit is part of the exit signal.
  clone: { argument: 0, when: 'any-bit', mask: newNamespaceFlags, action: notPermitted },
  // Typing into, or pasting to, the terminal of whoever started us: TIOCSTI, TIOCLINUX.
  ioctl: { argument: 1, when: 'one-of', values: [0x5412, 0x541c], action: notPermitted },
  socket: families('unix'),
  socketpair: families('unix'),
  // PER_LINUX, PER_LINUX32 and the question which it is. The rest switches hardening off, such as address randomisation.
  personality: { argument: 0, when: 'none-of', values: [0, 8, 0xffffffff], action: notPermitted },
  // A candidate that empties the page cache slows down the start of whatever is measured next. Both calls are advice, so programs that
  // give it in good faith are told that it worked. POSIX_FADV_DONTNEED; MADV_COLD and MADV_PAGEOUT.
  fadvise64: { argument: 3, when: 'one-of', values: [4], action: pretend },
  madvise: { argument: 2, when: 'one-of', values: [20, 21], action: pretend },
}

/**
 * Calls that answer "not implemented", so that programs take their older way: clone3 keeps its flags in memory, where a filter
 * cannot read them, and libc then uses clone; process_madvise could give the advice refused above; cachestat shows what others have read.
 */
export const unimplementedCalls = ['cachestat', 'clone3', 'process_madvise'] as const satisfies readonly FilteredCall[]

/** Calls that some arguments are refused of, or made to do nothing. */
export const restrictedCalls: readonly FilteredCall[] = callNames().filter((name) => argumentRules[name] !== undefined)

/** Calls that always fail with EPERM. */
export const deniedCalls: readonly FilteredCall[] = callNames().filter((name) => argumentRules[name] === undefined && !isUnimplemented(name))

/** Number of a filtered call; `null` where the architecture (as in `process.arch`) lacks the call or has no filter. */
export function callNumber(name: FilteredCall, architecture: string): number | null {
  const { column } = architectureNamed(architecture) ?? {}
  return column === undefined ? null : numbers[name][column]
}

/**
 * The filter as an array of `struct sock_filter`, to be read from a descriptor by `bwrap --seccomp`; `null` where there is none for the
 * architecture (as in `process.arch`): the caller decides whether to go without.
 *
 * Everything not named is allowed. Calls of another architecture, such as 32 bit ones from a 64 bit process, kill the process: their
 * numbers mean something else. Debuggers, LeakSanitizer (it uses ptrace) and namespace-making sandboxes of other tools do not work under it.
 *
 * Bpf jumps reach 255 instructions at most, hence a chain in which each link either answers or falls through with the number still
 * loaded. Its length costs next to nothing: the kernel works out once which numbers are allowed whatever their arguments.
 */
export function seccompProgram(architecture: string, sockets: Sockets = 'unix'): Buffer | null {
  const target = architectureNamed(architecture)
  if (target === null) return null
  const links = callNames().flatMap((name) => {
    const number = numbers[name][target.column]
    return number === null ? [] : link(number, answer(name, sockets))
  })
  return encode([
    load(archOffset), ...unlessEqual(target.audit, killProcess),
    load(numberOffset), ...(target.hasX32 ? x32Refusal : []),
    ...links, give(allow),
  ])
}

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, operand: number]

/** Offsets in the kernel's `struct seccomp_data`; six arguments of 64 bits, low half first, follow from 16 on. */
const numberOffset = 0
const archOffset = 4
const lowHalfOffset = (argument: number): number => 16 + 8 * argument

const load = (offset: number): Instruction => [0x20, 0, 0, offset]
const give = (action: number): Instruction => [0x06, 0, 0, action]
const jumpEqual = (operand: number, jumpTrue: number, jumpFalse: number): Instruction => [0x15, jumpTrue, jumpFalse, operand]
const jumpGreater = (operand: number, jumpTrue: number, jumpFalse: number): Instruction => [0x25, jumpTrue, jumpFalse, operand]
const jumpAtLeast = (operand: number, jumpTrue: number, jumpFalse: number): Instruction => [0x35, jumpTrue, jumpFalse, operand]
const jumpAnyBit = (operand: number, jumpTrue: number, jumpFalse: number): Instruction => [0x45, jumpTrue, jumpFalse, operand]

const whenEqual = (operand: number, action: number): readonly Instruction[] => [jumpEqual(operand, 0, 1), give(action)]
const unlessEqual = (operand: number, action: number): readonly Instruction[] => [jumpEqual(operand, 1, 0), give(action)]

/** The numbers with the x32 bit, and 512 to 547, which kernels before 5.4 took for x32 calls without it. */
const x32Refusal: readonly Instruction[] = [
  jumpAnyBit(0x40000000, 0, 1), give(notImplemented),
  jumpAtLeast(512, 0, 2), jumpGreater(547, 1, 0), give(notImplemented),
]

/** What a call gets once its number matched; every path through it ends in an answer. */
function answer(name: FilteredCall, sockets: Sockets): readonly Instruction[] {
  const rule = name === 'socket' || name === 'socketpair' ? families(sockets) : argumentRules[name]
  if (rule === undefined) return [give(isUnimplemented(name) ? notImplemented : notPermitted)]
  return [load(lowHalfOffset(rule.argument)), ...argumentTest(rule)]
}

function argumentTest(rule: ArgumentRule): readonly Instruction[] {
  switch (rule.when) {
    case 'one-of':
      return [...rule.values.flatMap((value) => whenEqual(value, rule.action)), give(allow)]
    case 'none-of':
      return [...rule.values.flatMap((value) => whenEqual(value, allow)), give(rule.action)]
    case 'any-bit':
      return [jumpAnyBit(rule.mask, 0, 1), give(rule.action), give(allow)]
  }
}

function link(number: number, body: readonly Instruction[]): readonly Instruction[] {
  return [jumpEqual(number, 0, body.length), ...body]
}

/** `struct sock_filter` in the byte order of both architectures: u16 code, u8 jump if true, u8 jump if false, u32 operand. */
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

function callNames(): readonly FilteredCall[] {
  return Object.keys(numbers) as FilteredCall[]
}

function isUnimplemented(name: FilteredCall): boolean {
  return unimplementedCalls.some((other) => other === name)
}

function architectureNamed(name: string): Architecture | null {
  return Object.hasOwn(architectures, name) ? (architectures[name] ?? null) : null
}
