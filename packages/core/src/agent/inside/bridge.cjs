// Inside the sandbox: models over TCP on its own loopback, for agents that speak nothing else, handed on to the door. Started with a port and a command; ends as the command does.
'use strict'
const { spawn } = require('node:child_process')
const { readFileSync } = require('node:fs')
const http = require('node:http')
const { constants } = require('node:os')

const [port, command] = process.argv.slice(2)
const token = readFileSync(process.env.RATCHET_TOKEN_FILE, 'utf8')
// The door takes so many at a time; the others wait here instead of being refused there.
const door = new http.Agent({ maxSockets: 4, keepAlive: false })
/** Keys that the agent was given are none. */
const keptBack = new Set(['authorization', 'x-api-key', 'x-goog-api-key', 'host', 'connection', 'proxy-connection', 'keep-alive'])

function ownHeaders(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !keptBack.has(name)))
}

const server = http.createServer((request, response) => {
  const onward = http.request({ socketPath: process.env.RATCHET_DOOR, agent: door, method: request.method, path: `/model${request.url}`, headers: { ...ownHeaders(request.headers), authorization: `Bearer ${token}` } }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers)
    answer.pipe(response)
    answer.on('error', () => response.destroy())
  })
  onward.on('error', () => {
    if (response.headersSent) response.destroy()
    else response.writeHead(502, { 'content-type': 'application/json' }).end('{"error":{"message":"the door does not answer"}}')
  })
  // Whoever does not wait any more need not be answered.
  response.on('close', () => onward.destroy())
  request.on('error', () => onward.destroy())
  request.pipe(onward)
})
// How long a model takes is for the door to say.
server.requestTimeout = 0
server.headersTimeout = 0

server.listen(Number(port), '127.0.0.1', () => {
  const child = spawn('/bin/sh', ['-c', command], { stdio: 'inherit' })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
})
