#!/usr/bin/env node
// Plain JavaScript that also old Node can read: it only finds a Node that can run the rest.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const source = path.join(here, '../src/main.ts')
const entry = existsSync(source) ? source : path.join(here, '../dist/main.js')

/** The Node 24 that the `node` package brings along, if it is installed. */
function bundledNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json')
    const binary = path.join(path.dirname(manifest), 'bin/node')
    return existsSync(binary) ? binary : null
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return null
    throw error
  }
}

if (Number(process.versions.node.split('.')[0]) >= 24) {
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
