import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Task } from './child.ts'

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url))

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly error: string
}

/** Runs one task in a process of its own. */
export const startChild = (task: Task): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--no-warnings', CHILD, JSON.stringify(task)], { stdio: ['ignore', 'ignore', 'pipe'] })
    let error = ''
    child.stderr.on('data', (chunk) => {
      error += chunk
    })
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, error }))
  })
