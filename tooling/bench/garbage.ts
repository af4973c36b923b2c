declare const Bun: { gc(force: boolean): void } | undefined

/** What collects all garbage at once on this runtime; nothing where it cannot be asked for. */
export async function garbageCollector(): Promise<() => void> {
  if (typeof Bun !== 'undefined') return () => Bun.gc(true)
  const given = (globalThis as { gc?: () => void }).gc
  if (given) return given
  try {
    const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([import('node:v8'), import('node:vm')])
    // So many collections must not drop anyone's bytecode.
    setFlagsFromString('--expose-gc')
    setFlagsFromString('--no-flush-bytecode')
    return runInNewContext('gc') as () => void
  } catch {
    return () => {}
  }
}
