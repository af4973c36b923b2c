import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** Runs the built program; `onOutput` may act on it while it runs. */
async function run(
  args: string[],
  input = '',
  onOutput: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
) {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
    onOutput(stdout, (signal) => child.kill(signal))
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const code = await new Promise((resolve) => child.once('close', resolve))
  return { code, stdout, stderr }
}

describe('the demo as a program', () => {
  it('takes jobs from standard input and prints plain lines where there is no terminal', async () => {
    const { code, stdout } = await run(['--input', '-'], '{"type":"note","data":{"text":"a private note"}}\n')
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^ {2}read 1 job from standard input\n {2}started PostgreSQL .*\n {2}sealed and enqueued 2 jobs, .*\n {2}opened and handled 2 jobs, .*\n/,
    )
    expect(stdout).toContain('0 found')
    expect(stdout).not.toContain('\u001b')
  })

  it('says what is wrong with the input in one line, and ends with 2', async () => {
    expect(await run(['--input', '-'], 'secret text\n')).toEqual({ code: 2, stdout: '', stderr: 'line 1 is not JSON\n' })
    expect(await run(['--input', '/nonexistent/file'])).toMatchObject({
      code: 2,
      stderr: '/nonexistent/file: ENOENT\n',
    })
    expect(await run(['--jobs', 'none'])).toMatchObject({ code: 2, stderr: expect.stringContaining('whole number') })
  })

  it.each([
    ['--queue bullmq', 'bullmq is in a program of its own: start it with pnpm demo --queue bullmq\n'],
    ['--url redis://127.0.0.1', '--url is for bullmq and temporal: the PostgreSQL of pgboss is in this process\n'],
    ['--dashboard --queue bullmq', 'bullmq is in a program of its own: start it with pnpm demo --queue bullmq\n'],
    ['--port x', expect.stringContaining('whole number')],
    ['--queue kafka', expect.stringContaining('pgboss, bullmq, temporal')],
  ])('refuses %s with a sentence', async (args, stderr) => {
    expect(await run(args.split(' '))).toEqual({ code: 2, stdout: '', stderr })
  })

  it('helps', async () => {
    const { code, stdout } = await run(['--help'])
    expect(code).toBe(0)
    for (const option of [
      '--queue',
      '--url',
      '--input',
      '--jobs',
      '--fields',
      '--concurrency',
      '--keep',
      '--look',
      '--dashboard',
    ])
      expect(stdout).toContain(option)
  })

  it('ends with 1 where something leaks', async () => {
    // A field that stays readable holds the sealed text in another form.
    const { code, stdout } = await run(
      ['--input', '-', '--fields', '/note'],
      `${JSON.stringify({ type: 'note', data: { note: 'the private note', copy: Buffer.from('the private note').toString('base64') } })}\n`,
    )
    expect(stdout).toContain('found in pgboss.')
    expect(code).toBe(1)
  })

  it.each(['read 1,000 jobs', 'started', 'enqueued'])(
    'ends in order on Ctrl-C after "%s", with 130, and leaves nothing behind',
    async (moment) => {
      const keep = join(mkdtempSync(join(tmpdir(), 'waxseal-test-')), 'kept')
      let sent = false
      const { code, stderr } = await run(['--keep', keep], '', (text, kill) => {
        if (!sent && text.includes(moment)) kill('SIGINT')
        sent ||= text.includes(moment)
      })
      expect({ code, stderr }).toEqual({ code: 130, stderr: 'stopped\n' })
      expect(existsSync(keep)).toBe(false)
      rmSync(dirname(keep), { recursive: true })
    },
  )
})
