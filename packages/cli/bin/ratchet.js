#!/usr/bin/env node
// Plain JavaScript that also old Node can read: it only finds a Node that can run the rest.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, lstatSync, mkdirSync, statSync } from 'node:fs'
import * as nodeModule from 'node:module'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const source = path.join(here, '../src/main.ts')
const entry = existsSync(source) ? source : path.join(here, '../dist/main.js')

/** The Node 24 that the `node` package brings along, if it is installed. */
function bundledNode() {
  try {
    const manifest = nodeModule.createRequire(import.meta.url).resolve('node/package.json')
    const binary = path.join(path.dirname(manifest), 'bin/node')
    return existsSync(binary) ? binary : null
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return null
    throw error
  }
}

/**
 * Compiled code is kept between commands: start-up takes half the time. What lies there is run, so every folder on the way to it must be ours alone; elsewhere (sudo with somebody's home, a link) nothing is kept, and
 * nothing is made.
 */
function keepCompiledCode() {
  try {
    const named = process.env['XDG_CACHE_HOME']
    const isNamed = named !== undefined && path.isAbsolute(named)
    const home = isNamed ? named : os.homedir()
    if (!path.isAbsolute(home) || !isOurs(home)) return
    const folders = (isNamed ? ['ratchet', 'compiled'] : ['.cache', 'ratchet', 'compiled']).map((_, index, names) => path.join(home, ...names.slice(0, index + 1)))
    if (folders.every(isOurOwn)) nodeModule.enableCompileCache(folders.at(-1))
  } catch (error) {
    // A home that cannot be found or written to costs time only.
    if (error.code === undefined) throw error
  }
}

/** One folder at a time: making several at once never ends in some file systems. */
function isOurOwn(directory) {
  if (!existsSync(directory)) mkdirSync(directory, { mode: 0o700 })
  return isOurs(directory)
}

/** A folder and no link, which nobody else may write to. */
function isOurs(directory) {
  const stats = lstatSync(directory, { throwIfNoEntry: false })
  return stats !== undefined && stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0
}

/**
 * In MiB. How far the young generation grows follows from how fast a program allocates, and not from what it keeps: without a bound a search takes up to 128 MiB for it, with this one 32, for a tenth more of the processor's
 * time where nothing but allocating goes on. It must be said when Node starts.
 */
const youngGeneration = '--max-semi-space-size=16'

/** The system takes 128 KiB for one text and, by default, 2 MiB for all; far below that a few more bytes change nothing. */
function tooLong() {
  const texts = [...process.argv, ...process.execArgv, ...Object.entries(process.env).map(([name, value]) => `${name}=${value}`)].map((text) => Buffer.byteLength(text))
  return texts.some((length) => length > 100 * 1024) || texts.reduce((sum, length) => sum + length + 16, 0) > 512 * 1024
}

function canRun(file) {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch (error) {
    if (error.code === undefined) throw error
    return false
  }
}

/** Starts over in this very process, with the same number, files and arguments. A search lasts minutes; the 40 ms are not worth it for anything else. */
function boundYoungGeneration() {
  const isBounded = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((options) => /--max[-_]semi[-_]space[-_]size/.test(options))
  if (process.argv[2] !== 'run' || isBounded || process.execve === undefined) return
  // What is refused here would not be an error there: Node ends itself where the system will not start the program (replaced while it ran, no longer to be run, too long a command).
  if (!canRun(process.execPath) || tooLong()) return
  try {
    process.execve(process.execPath, [process.execPath, youngGeneration, ...process.execArgv, ...process.argv.slice(1)], process.env)
  } catch (error) {
    // Where it cannot start over it takes more memory, and that is all.
    if (error.code === undefined) throw error
  }
}

if (Number(process.versions.node.split('.')[0]) >= 24) {
  boundYoungGeneration()
  keepCompiledCode()
  const { main } = await import(pathToFileURL(entry).href)
  await main(process)
} else {
  const binary = bundledNode()
  if (binary === null) {
    console.error(`ratchet: Node 24 or later is needed; this is ${process.version}. Install it, or add the npm package node@24.`)
    process.exitCode = 1
  } else {
    // The terminal sends Ctrl-C to both; the child decides what it means, and this process waits for it.
    process.on('SIGINT', () => undefined)
    const child = spawnSync(binary, [youngGeneration, fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
    if (child.error) throw child.error
    process.exitCode = child.status ?? 128
  }
}
