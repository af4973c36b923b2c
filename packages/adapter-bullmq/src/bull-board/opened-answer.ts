import { ERROR, isObject, JOB, memberOf, parseErrorText, SEALED } from '@waxseal/adapter-kit'

/**
 * Opens documents for whoever looks: as many as were given, in their order. What this caller may not see, or does not open, stays as it
 * is. A codec server's `/open` does that.
 */
export type OpenDocuments = (documents: readonly unknown[]) => Promise<readonly unknown[]>

/** Something sealed in an answer: what is to be opened, and what is shown in its place. */
interface Found {
  readonly sealed: unknown
  readonly shown: (opened: unknown) => unknown
}

const isEnvelope = (value: unknown): value is string => typeof value === 'string' && value.startsWith('wax1.')

/** The text of an error whose details were opened, as Bull Board shows errors: the stack of one that has its stack, else the message. */
function errorText(opened: unknown, stored: string): string {
  const text = memberOf(opened, 'stack') ?? memberOf(opened, 'message')
  return typeof text === 'string' ? text : stored
}

function foundIn(stored: unknown): Found | undefined {
  if (isEnvelope(stored)) return { sealed: stored, shown: (opened) => opened }
  if (typeof stored === 'string') {
    const sealed = parseErrorText(stored)?.[ERROR]
    return sealed ? { sealed, shown: (opened) => errorText(opened, stored) } : undefined
  }
  if (!isObject(stored)) return undefined
  const { [JOB]: _, ...members } = stored
  if (isEnvelope(members[SEALED])) {
    const { [SEALED]: sealed } = members
    return { sealed, shown: (opened) => (opened === sealed ? stored : opened) }
  }
  return Object.hasOwn(members, '$wax') ? { sealed: members, shown: (opened) => opened } : undefined
}

/**
 * An answer of Bull Board's API over a queue in which jobs are sealed, with everything in it opened that `open` opens: data, results,
 * progress, reasons, stacks, logs, templates of schedulers, flows. The board holds no key and opens nothing itself; give it a plain
 * queue, and `readOnlyMode: true`, so that nothing that was opened can be written.
 *
 * @param open is called once, with what is sealed alone, or not at all where nothing is.
 * @example
 * app.use('/api/*', async (context, next) => {
 *   await next()
 *   const open = (document) => openAt(codecServer, document, context.req.header('authorization'))
 *   context.res = context.json(await openedAnswer(await context.res.json(), open))
 * })
 */
export async function openedAnswer(answer: unknown, open: OpenDocuments): Promise<unknown> {
  const all: Found[] = []
  collect(answer, all)
  if (all.length === 0) return answer
  const opened = await open(all.map(({ sealed }) => sealed))
  const next = all.map(({ shown }, at) => shown(opened[at])).values()
  return replaced(answer, () => next.next().value)
}

/** In the order in which `replaced` comes to them. */
function collect(value: unknown, all: Found[]): void {
  const found = foundIn(value)
  if (found) all.push(found)
  else if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) collect(member, all)
}

function replaced(value: unknown, next: () => unknown): unknown {
  if (foundIn(value)) return next()
  if (Array.isArray(value)) return value.map((member) => replaced(member, next))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaced(member, next)]))
}
