import path from 'node:path'

/**
 * Notes that native build tools keep for themselves beside what they compile: which headers were read, what is linked, what is done. Another include changes them. No judge
 * reads them as code; make and CMake do, who were done before the first judge starts.
 */
export function isBuildRecord(file: string): boolean {
  const name = path.posix.basename(file)
  if (/\.(?:d|Po|Plo|Tpo)$/.test(name)) return true
  return /(?:^|\/)CMakeFiles\//.test(file) && /^(?:(?:compiler_)?depend\.(?:make|internal|ts)|link\.txt|(?:flags|build|progress)\.make|DependInfo\.cmake|cmake_clean\.cmake)$/.test(name)
}

/** What only a linker reads: a change may compile a file more or less into a test program. */
export function isObjectFile(file: string): boolean {
  return /\.(?:o|obj|lo)$/.test(file)
}

const magics = ['7f454c46', '213c617263683e0a', 'feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe', '4d5a'].map((hex) => Buffer.from(hex, 'hex'))
/** As many bytes of a file as tell native code from anything else. */
export const magicBytes = 8

/** Whether a file that begins like this is compiled native code or an archive of it (ELF, ar, Mach-O, PE). */
export function isNativeCode(head: Buffer): boolean {
  return magics.some((magic) => head.subarray(0, magic.length).equals(magic))
}
