import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Far more than a loaded machine needs.
const PAGE_LIMIT_MS = 1_200_000
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

/** A module for a page of its own. It posts its report to `/report` and goes to the address that it is answered. */
export interface Page {
  readonly code: string
  readonly reported: (body: string) => void
}

/** Runs one page after another in a headless Chromium; rejects when one gives no report. */
export const runInChromium = async (program: string, pages: readonly Page[]): Promise<void> => {
  // Chromium leaves files in the temporary folder; its own is deleted below.
  const profile = mkdtempSync(join(tmpdir(), 'waxseal-chromium-'))
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => reject(new Error(`no report within ${PAGE_LIMIT_MS / 1000} s`)), PAGE_LIMIT_MS)
  }
  let at = 0
  const server = createServer((request, response) => {
    if (request.url === '/report') {
      let body = ''
      request.setEncoding('utf8')
      request.on('data', (text) => {
        body += text
      })
      request.on('end', () => {
        pages[at]?.reported(body)
        at++
        wait()
        response.end(at < pages.length ? `/page/${at}` : 'about:blank')
        if (at === pages.length) resolve()
      })
    } else if (request.url === `/code/${at}`) response.setHeader('content-type', 'text/javascript').end(pages[at]?.code)
    else if (request.url === `/page/${at}`) {
      response
        .setHeader('content-type', 'text/html')
        .end(`<!doctype html><meta charset="utf-8"><script type="module" src="/code/${at}"></script>`)
    } else response.writeHead(404).end()
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  wait()
  const browser = spawn(program, [...FLAGS, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/page/0`], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: profile },
  })
  const exited = new Promise<void>((gone) => {
    browser.once('exit', () => {
      reject(new Error('Chromium ended without a report'))
      gone()
    })
    browser.once('error', (error) => {
      reject(error)
      gone()
    })
  })
  try {
    await done
  } finally {
    clearTimeout(timer)
    browser.kill('SIGTERM')
    await exited
    server.closeAllConnections()
    server.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
