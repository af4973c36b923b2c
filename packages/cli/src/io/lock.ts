import { rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Failure } from '../failure.js'
import { atEnd } from './ending.js'

const TRIES = 100
const PAUSE_MS = 50

async function taken(lock: string, path: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw Object.assign(error as Error, { path })
  }
}

/** Does something with a file that no other command does meanwhile: the others wait, and give up after 5 seconds. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = join(dirname(path), `.${basename(path)}.lock`)
  for (let tries = 1; !(await taken(lock, path)); tries++) {
    if (tries === TRIES)
      throw new Failure(`another command is at work on ${path}`, { hint: `If none is, it was killed: delete ${lock}.` })
    await setTimeout(PAUSE_MS)
  }
  const release = () => rmSync(lock, { force: true })
  const forget = atEnd(release)
  try {
    return await work()
  } finally {
    release()
    forget()
  }
}
