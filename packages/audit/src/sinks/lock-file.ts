import { fail } from '../audit-error.js'

type Builtins = { 'node:fs': typeof import('node:fs'); 'node:os': typeof import('node:os') }

// Not imported, so that the rest of this package loads where there is no file system.
export const builtin = <Name extends keyof Builtins>(name: Name): Builtins[Name] =>
  (globalThis.process?.getBuiltinModule?.(name) as Builtins[Name] | undefined) ??
  fail('config', 'an audit file needs a runtime with a file system')

/** Locks that this process holds. In a container the next process often has the same id. */
const held = new Set<string>()

/** Whether the process that a lock names is one of this machine that is gone. Where that is not certain it lives. */
function isGone(owner: string, path: string): boolean {
  const [, pid, host] = /^(\d{1,10}) (.+)\n$/.exec(owner) ?? []
  if (!pid || host !== builtin('node:os').hostname()) return false
  if (Number(pid) === process.pid) return !held.has(path)
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

/**
 * Takes a lock file: `pid host`, made exclusively. One whose process is gone is taken over; any other is `conflict`. Returns what
 * gives it up.
 */
export function takeLock(path: string): () => void {
  const { readFileSync, renameSync, rmSync, writeFileSync } = builtin('node:fs')
  const owner = `${process.pid} ${builtin('node:os').hostname()}\n`
  const make = () => writeFileSync(path, owner, { flag: 'wx', mode: 0o600, flush: true })
  const inUse = () => fail('conflict', `another process writes the audit file; if none does, remove ${path}`)
  try {
    make()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const aside = `${path}.${process.pid}`
    try {
      const found = readFileSync(path, 'utf8')
      if (!isGone(found, path)) inUse()
      // Of two that take it over, the second may move the first one's lock aside: then it puts it back.
      renameSync(path, aside)
      if (readFileSync(aside, 'utf8') !== found) {
        renameSync(aside, path)
        inUse()
      }
      rmSync(aside)
      make()
    } catch {
      inUse()
    }
  }
  held.add(path)
  return () => {
    if (held.delete(path)) rmSync(path, { force: true })
  }
}
