import { spawn } from 'node:child_process'
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
    expect(stdout).toMatch(/^ {2}enqueue: 2\n {2}handle: 2\n {2}scan: \d+\n/)
    expect(stdout).toContain('0 found')
    expect(stdout).not.toContain('\u001b')
  })

  it('says what is wrong with the input in one line, and ends with 2', async () => {
    expect(await run(['--input', '-'], 'secret text\n')).toEqual({ code: 2, stdout: '', stderr: 'line 1 is not JSON\n' })
    expect(await run(['--input', '/nonexistent/file'])).toMatchObject({
      code: 2,
      stderr: 'ENOENT: the file or directory cannot be used\n',
    })
  })

  it('ends in order on Ctrl-C, with 130', async () => {
    let sent = false
    const { code, stderr } = await run([], '', (text, kill) => {
      if (!sent && text.includes('enqueue')) kill('SIGINT')
      sent = text.includes('enqueue')
    })
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'stopped\n' })
  })
})
