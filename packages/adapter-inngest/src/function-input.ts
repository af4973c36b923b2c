import { isPoison, type SealedJob } from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'
import type { Middleware } from 'inngest'
import { type HostEvent, isSealedEvent, openEvent, storedData } from './events.js'
import { listenerOf } from './listener.js'
import { revealInto } from './revived-error.js'
import { createRun, type Run } from './run.js'
import type { RunSealing } from './run-sealing.js'
import { SealedError } from './sealed-error.js'
import { namedTools, quietTools } from './step-tools.js'

type Input = Middleware.TransformFunctionInputArgs
/** Members of the context that Inngest's type of it leaves out. */
type Extended = Input['ctx'] & { readonly error?: unknown; readonly defer?: unknown }

export const goingInClear = (what: string): SealedError =>
  new SealedError('NonRetriableError', `${what} hands its data to Inngest in clear: see the option clear of sealing`)

export function beginRun({ ctx, fn }: Input, clientId: string): Run {
  const listener = listenerOf(fn, clientId)
  const job: SealedJob = { name: listener.id, data: storedData(ctx.event as HostEvent) }
  return createRun(listener, job, ctx.attempt)
}

async function openEvents(seal: RunSealing, run: Run, { event, events }: Extended): Promise<Partial<Extended>> {
  const open = (each: HostEvent) => openEvent(seal, each, run.listener)
  const opened = await Promise.all((events ?? []).map((each) => open(each as HostEvent)))
  // The first of a batch is the event itself.
  const same = JSON.stringify(event) === JSON.stringify(events?.[0])
  return { event: same ? opened[0] : await open(event as HostEvent), events: opened } as Partial<Extended>
}

/** Events that steps waited for: Inngest holds them to a schema before any middleware can open them. */
async function openWaitedFor(seal: RunSealing, run: Run, steps: Input['steps']): Promise<Input['steps']> {
  const opened = Object.entries(steps).map(async ([id, step]) => {
    if (step.type !== 'data' || !isSealedEvent(step.data)) return [id, step] as const
    try {
      const data = await openEvent(seal, step.data, run.listener)
      run.opened.add(id)
      return [id, { type: 'data' as const, data }] as const
    } catch (error) {
      if (!isPoison(error)) throw error
      // It is refused where it is used, which tells of what step it is.
      return [id, step] as const
    }
  })
  return Object.fromEntries(await Promise.all(opened))
}

/** The error that a handler of failures is given. */
async function openError(seal: RunSealing, run: Run, error: unknown): Promise<void> {
  if (!(error instanceof Error)) return
  try {
    const details = await seal.openDetails(run.job, error.message)
    if (details !== undefined) revealInto(error, details)
  } catch (reason) {
    seal.passOver(reason, 'error')
  }
}

function tools(seal: RunSealing, run: Run, { step, defer }: Extended): Partial<Extended> {
  const named = namedTools(step, () =>
    run.refuse(seal, new WaxsealError('open_failed', 'it is not the event that the step waits for'), 'data'),
  )
  if (seal.payloads.isPlain(run.job)) return { step: named }
  const refused = () => {
    throw goingInClear('defer')
  }
  return { step: quietTools(named), ...(defer === undefined || seal.clear.has('defer') ? {} : { defer: refused }) }
}

/** What a function is given: its events opened, and tools that send nothing in clear. */
export async function openInput(seal: RunSealing, run: Run, arg: Input): Promise<Input> {
  const ctx = arg.ctx as Extended
  const [events, steps] = await Promise.all([
    openEvents(seal, run, ctx),
    openWaitedFor(seal, run, arg.steps),
    openError(seal, run, ctx.error),
  ])
  return { ...arg, ctx: { ...ctx, ...events, ...tools(seal, run, ctx) }, steps }
}
