/** An event as Inngest holds it. */
export interface StoredEvent {
  readonly id: string
  readonly name: string
  readonly ts: number
  data: Record<string, unknown>
}

/** One comparison, `event.data.a == async.data.a`: as much of Inngest's expressions as the tests use. */
export function holds(expression: string | undefined, scope: Readonly<Record<string, unknown>>): boolean {
  if (!expression) return true
  const [left, right] = expression.split('==').map((side) => {
    const term = side.trim()
    if (/^'.*'$/.test(term)) return term.slice(1, -1)
    return term.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], scope)
  })
  return left !== undefined && left === right
}
