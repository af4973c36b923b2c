import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** What the program tells of a dashboard. */
export const dashboardIn = (output: string) => {
  const [, url = ''] = /(http:\S+)/.exec(output) ?? []
  const tokenOf = (name: string) => new RegExp(`${name}\\s+(\\S{32})`).exec(output)?.[1] ?? ''
  return { url, support: tokenOf('support'), fraud: tokenOf('fraud') }
}

/** Runs the built program, its dashboard once that is there, and ends it as Ctrl-C does. */
export async function withDashboard(args: readonly string[], work: (told: ReturnType<typeof dashboardIn>) => Promise<void>) {
  const child = spawn(process.execPath, [main, '--dashboard', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  try {
    for await (const chunk of child.stdout) {
      stdout += chunk
      if (!stdout.includes('Ctrl-C ends it.')) continue
      await work(dashboardIn(stdout))
      break
    }
  } finally {
    child.kill('SIGINT')
  }
  return { code: await ended, stdout, stderr }
}
