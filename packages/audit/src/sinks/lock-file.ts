import { fail } from '../audit-error.js'

type Builtins = {
  'node:fs': typeof import('node:fs')
  'node:os': typeof import('node:os')
  'node:path': typeof import('node:path')
}

// Not imported, so that the rest of this package loads where there is no file system.
export const builtin = <Name extends keyof Builtins>(name: Name): Builtins[Name] =>
  (globalThis.process?.getBuiltinModule?.(name) as Builtins[Name] | undefined) ??
  fail('config', 'an audit file needs a runtime with a file system')

export interface Lock {
  /** Whether the lock is still this one's: somebody may have removed the file. */
  held(): boolean
  /** Gives the lock up; another's is left alone. */
  release(): void
}

const UNKNOWN = '-'

/** When a process began and its state, as Linux tells them; undefined elsewhere. */
function processOf(pid: number | 'self'): { start: string; state: string } | undefined {
  try {
    const line = builtin('node:fs').readFileSync(`/proc/${pid}/stat`, 'utf8')
    // proc(5): fields 3 and 22. Field 2 is a name in parentheses, with any characters.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
    return fields[19] ? { start: fields[19], state: fields[0]! } : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether the process that a lock names is one of this machine that is gone. Where that is not certain it lives. Ids are used again, in
 * a container often at once: it is the same process only if it began at the same time.
 */
function isGone(owner: string): boolean {
  const [, pid, start, host] = /^(\d{1,10}) (\d+|-) \S+ (.+)\n$/.exec(owner) ?? []
  if (!pid || host !== builtin('node:os').hostname()) return false
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true
  }
  const found = processOf(Number(pid))
  if (!found) return false
  // A zombie was killed and only waits for its parent.
  return found.state === 'Z' || (start !== UNKNOWN && start !== found.start)
}

/**
 * Takes a lock file, made exclusively: `pid start token host`. One whose process is gone is taken over; any other is `conflict`, also
 * one of another thread or another copy of this package.
 */
export function takeLock(path: string): Lock {
  const { linkSync, readFileSync, renameSync, rmSync, writeFileSync } = builtin('node:fs')
  const token = globalThis.crypto.randomUUID()
  const owner = `${process.pid} ${processOf('self')?.start ?? UNKNOWN} ${token} ${builtin('node:os').hostname()}\n`
  const make = () => writeFileSync(path, owner, { flag: 'wx', mode: 0o600, flush: true })
  const inUse = () => fail('conflict', `another process writes the audit file; if none does, remove ${path}`)
  try {
    make()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const aside = `${path}.${token}`
    try {
      const found = readFileSync(path, 'utf8')
      if (!isGone(found)) inUse()
      // Of two that take it over, the second may move the first one's lock aside: then it puts it back, over nobody else's.
      renameSync(path, aside)
      try {
        if (readFileSync(aside, 'utf8') !== found) {
          linkSync(aside, path)
          inUse()
        }
      } finally {
        rmSync(aside)
      }
      make()
    } catch {
      inUse()
    }
  }
  const held = () => {
    try {
      return readFileSync(path, 'utf8') === owner
    } catch {
      return false
    }
  }
  return {
    held,
    release() {
      if (held()) rmSync(path, { force: true })
    },
  }
}
