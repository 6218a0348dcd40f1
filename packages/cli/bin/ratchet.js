#!/usr/bin/env node
// Plain JavaScript that also old Node can read: it only finds a Node that can run the rest.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
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
 * Compiled code is kept between commands: start-up takes half the time. What lies there is run, so it must be ours alone; elsewhere (sudo with somebody's home) nothing is kept.
 */
function keepCompiledCode() {
  const named = process.env['XDG_CACHE_HOME']
  const directory = path.join(named !== undefined && path.isAbsolute(named) ? named : path.join(os.homedir(), '.cache'), 'ratchet/compiled')
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const { uid, mode } = statSync(directory)
    if (uid === process.getuid?.() && (mode & 0o022) === 0) nodeModule.enableCompileCache(directory)
  } catch (error) {
    // A home that cannot be written to costs time only.
    if (error.code === undefined) throw error
  }
}

if (Number(process.versions.node.split('.')[0]) >= 24) {
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
    const child = spawnSync(binary, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
    if (child.error) throw child.error
    process.exitCode = child.status ?? 128
  }
}
