import type { EditSite, SettingsOperator, SettingsSource } from '../edit-operator.ts'
import { replaced } from '../tree-edits.ts'
import { linesOf } from './settings.ts'

/** Levels that keep the language's meaning. -Ofast and -ffast-math do not, -DNDEBUG takes assertions away, and -march=native makes figures of this machine only. */
const levels = ['-O1', '-O2', '-O3', '-Os']
const additions = ['-flto', '-funroll-loops', '-fomit-frame-pointer', '-fno-plt']
/** All three define NDEBUG already; a build of another type must not come to it by this way. */
const buildTypes = ['Release', 'RelWithDebInfo', 'MinSizeRel']
const targets = ['ES2017', 'ES2020', 'ES2022']

/** A piece of a build file that compilers read as flags: [start, end), where more may be added at the end. */
interface Flags {
  readonly start: number
  readonly text: string
}

const flagLines: Readonly<Record<'make' | 'cmake', readonly RegExp[]>> = {
  make: [/^\s*(?:override\s+|export\s+)?(?:C|CXX|CPP|OPT|BASE|COMMON)?_?(?:OPT)?FLAGS\s*[:+?]{0,2}=\s*(?<flags>[^#\\]*?)\s*(?:#.*)?$/d],
  cmake: [/^\s*set\s*\(\s*CMAKE_C(?:XX)?_FLAGS(?:_RELEASE)?\s+"(?<flags>[^"]*)"/id, /^\s*(?:add_compile_options|target_compile_options)\s*\((?<flags>[^)#]*-[^)#]*)\)/id],
}

function flagsIn({ text, format }: SettingsSource): readonly Flags[] {
  if (format !== 'make' && format !== 'cmake') return []
  return linesOf(text).flatMap((line) =>
    flagLines[format].flatMap((pattern): Flags[] => {
      const place = pattern.exec(line.text)?.indices?.groups?.['flags']
      return place === undefined ? [] : [{ start: line.start + place[0], text: line.text.slice(place[0], place[1]) }]
    }),
  )
}

function site(source: SettingsSource, { start, end }: { readonly start: number; readonly end: number }, { replacement, rationale, weight = 1 }: { readonly replacement: string; readonly rationale: string; readonly weight?: number }): EditSite {
  return { offset: start, key: `${start}:${replacement}`, weight, rationale, edits: () => [{ ...replaced({ start, end }, replacement), path: source.path, part: 0 }] }
}

/** How compilers are told to optimise. */
export const tuneFlags: SettingsOperator = {
  name: 'tune-flags',
  kind: 'tuning',
  sites: (source) =>
    flagsIn(source).flatMap(({ start, text }) => {
      const words = [...text.matchAll(/(?<!\S)-O(?:[0-3sgz]|fast)?(?!\S)/g)]
      const changed = words.flatMap((word) => levels.filter((level) => level !== word[0]).map((level) => site(source, { start: start + word.index, end: start + word.index + word[0].length }, { replacement: level, rationale: `compiles with ${level} instead of ${word[0]}`, weight: 3 })))
      const end = start + text.trimEnd().length
      const space = text.trim() === '' ? '' : ' '
      const added = [...(words.length === 0 ? ['-O2', '-O3'] : []), ...additions].filter((flag) => !text.includes(flag)).map((flag) => site(source, { start: end, end }, { replacement: `${space}${flag}`, rationale: `compiles with ${flag} as well` }))
      return [...changed, ...added]
    }),
}

/** One word that a pattern's group `value` finds, and those that may stand there. */
function choiceSites(source: SettingsSource, pattern: RegExp, others: (value: string) => readonly string[]): readonly EditSite[] {
  return [...source.text.matchAll(pattern)].flatMap((match) => {
    const place = match.indices?.groups?.['value']
    const value = match.groups?.['value']
    if (place === undefined || value === undefined) return []
    return others(value).filter((other) => other.toLowerCase() !== value.toLowerCase()).map((other) => site(source, { start: place[0], end: place[1] }, { replacement: other, rationale: `builds for ${other} instead of ${value}` }))
  })
}

const newer = (value: string): readonly string[] => targets.filter((target) => Number(target.slice(2)) > (Number(value.slice(2)) < 2000 ? Number(value.slice(2)) + 2009 : Number(value.slice(2))))

/** What is built, and for what: build types of CMake that agree about assertions, the version of JavaScript that is written. */
export const tuneBuild: SettingsOperator = {
  name: 'tune-build',
  kind: 'tuning',
  sites: (source) => {
    switch (source.format) {
      case 'cmake':
        return [
          ...choiceSites(source, /\bset\s*\(\s*CMAKE_BUILD_TYPE\s+"?(?<value>Release|RelWithDebInfo|MinSizeRel)\b/dgi, () => buildTypes),
          ...choiceSites(source, /\bset\s*\(\s*CMAKE_INTERPROCEDURAL_OPTIMIZATION\s+(?<value>ON|OFF|TRUE|FALSE)\b/dgi, (value) => [/^(?:ON|TRUE)$/i.test(value) ? 'OFF' : 'ON']),
        ]
      case 'tsconfig':
        return choiceSites(source, /"target"\s*:\s*"(?<value>es\d+)"/dgi, newer)
      case 'package':
        return choiceSites(source, /--target[= ](?<value>es\d+)\b/dgi, (value) => newer(value).map((target) => (value.startsWith('e') ? target.toLowerCase() : target)))
      case 'make':
      case 'lines':
        return []
    }
  },
}
