import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const TIME_LIMIT_MS = 300_000
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--remote-debugging-port=0',
]

/** Runs a module in a page of a headless Chromium; resolves to what the page posts to `/report`. */
export const runInChromium = async (program: string, code: string): Promise<string> => {
  // Chromium leaves files in the temporary folder; its own is deleted below.
  const profile = mkdtempSync(join(tmpdir(), 'waxseal-chromium-'))
  const { promise: report, resolve, reject } = Promise.withResolvers<string>()
  const server = createServer((request, response) => {
    if (request.url === '/report') {
      let body = ''
      request.setEncoding('utf8')
      request.on('data', (text) => {
        body += text
      })
      request.on('end', () => {
        response.end()
        resolve(body)
      })
    } else if (request.url === '/tests.js') response.setHeader('content-type', 'text/javascript').end(code)
    else if (request.url === '/') {
      response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><meta charset="utf-8"><script type="module" src="/tests.js"></script>')
    } else response.writeHead(404).end()
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  const browser = spawn(program, [...FLAGS, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: profile },
  })
  const timer = setTimeout(() => reject(new Error(`no report within ${TIME_LIMIT_MS / 1000} s`)), TIME_LIMIT_MS)
  const exited = new Promise<void>((gone) => {
    browser.once('exit', () => {
      reject(new Error('Chromium ended without a report'))
      gone()
    })
  })
  browser.once('error', reject)
  try {
    return await report
  } finally {
    clearTimeout(timer)
    browser.kill('SIGTERM')
    await exited
    server.closeAllConnections()
    server.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
