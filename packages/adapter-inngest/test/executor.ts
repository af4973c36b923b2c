import { randomUUID } from 'node:crypto'
import { holds, type StoredEvent } from './matching.js'
import type { Recorder } from './recorder.js'

/** A step's state as Inngest hands it to the SDK. */
export type StepState =
  | { readonly type: 'data'; readonly data: unknown }
  | { readonly type: 'error'; readonly error: unknown }
  | { readonly type: 'input'; readonly input: unknown }

/** What the SDK answers of one step. */
export interface Op {
  readonly id: string
  readonly op: string
  readonly name?: string
  readonly data?: unknown
  readonly error?: unknown
  readonly opts?: { readonly if?: string; readonly function_id?: string; readonly payload?: { data?: Record<string, unknown> } }
}

export interface Run {
  readonly id: string
  readonly functionId: string
  readonly events: readonly StoredEvent[]
  readonly steps: Record<string, StepState>
  readonly order: string[]
  readonly attempts: Record<string, number>
  state: 'waiting' | 'done' | 'failed'
  output?: unknown
  /** What is told when it ends. */
  readonly ended: (run: Run) => void
}

export interface Wait {
  readonly run: Run
  readonly step: string
  readonly event: string
  readonly expression: string | undefined
}

/** What an executor does beyond its runs. */
export interface Surroundings {
  readonly recorder: Recorder
  readonly checkpointing: boolean
  wait(wait: Wait): void
  invoke(functionId: string, data: Record<string, unknown>, ended: (run: Run) => void): void
}

/** Function and step are tried twice, the second time at once. */
const MAX_ATTEMPTS = 2

export function newRun(functionId: string, events: readonly StoredEvent[], ended: (run: Run) => void = () => {}): Run {
  return { id: randomUUID(), functionId, events, steps: {}, order: [], attempts: {}, state: 'waiting', ended }
}

export function settleStep(run: Run, id: string, state: StepState): void {
  if (!run.order.includes(id)) run.order.push(id)
  run.steps[id] = state
}

function end(run: Run, state: 'done' | 'failed', output: unknown): void {
  run.state = state
  run.output = output
  run.ended(run)
}

const attemptOf = (run: Run, id: string) => run.attempts[id] ?? 0

/** Whether there is another try. */
function failed(run: Run, id: string, final: boolean): boolean {
  run.attempts[id] = attemptOf(run, id) + 1
  return !final && attemptOf(run, id) < MAX_ATTEMPTS
}

/** Takes up one answered step; gives the steps that are to be run next, in requests of their own. */
function takeUp(run: Run, op: Op, around: Surroundings): string[] {
  switch (op.op) {
    case 'StepRun':
    case 'Sleep':
      settleStep(run, op.id, { type: 'data', data: op.data ?? null })
      return []
    case 'StepPlanned':
      return [op.id]
    case 'StepError':
    case 'StepFailed':
      if (failed(run, op.id, op.op === 'StepFailed')) return [op.id]
      settleStep(run, op.id, { type: 'error', error: op.error })
      return []
    case 'WaitForEvent':
      around.wait({ run, step: op.id, event: op.name!, expression: op.opts?.if })
      return []
    case 'InvokeFunction':
      around.invoke(op.opts!.function_id!, op.opts!.payload?.data ?? {}, (invoked) =>
        settleStep(
          run,
          op.id,
          invoked.state === 'done' ? { type: 'data', data: invoked.output } : { type: 'error', error: invoked.output },
        ),
      )
      return []
    case 'RunComplete':
      end(run, 'done', op.data)
      return []
    default:
      throw new Error(`the executor knows no ${op.op}`)
  }
}

/** Steps that run within the request, told of before it ends. */
export function checkpoint(run: Run, ops: readonly Op[], around: Surroundings): void {
  for (const op of ops) takeUp(run, op, around)
}

async function call(run: Run, step: string, url: string, { recorder, checkpointing }: Surroundings) {
  const body = JSON.stringify({
    event: run.events[0],
    events: run.events,
    steps: run.steps,
    version: 2,
    ctx: {
      run_id: run.id,
      attempt: attemptOf(run, step),
      max_attempts: MAX_ATTEMPTS,
      disable_immediate_execution: false,
      use_api: false,
      stack: { stack: run.order, current: run.order.length },
      ...(checkpointing ? { fn_id: randomUUID(), qi_id: randomUUID() } : {}),
    },
  })
  const path = `${url}?fnId=${run.functionId}&stepId=${step}`
  recorder.record(`run ${run.functionId}`, body)
  const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const text = await response.text()
  recorder.record(`answer of ${run.functionId}`, `${JSON.stringify([...response.headers])}\n${text}`)
  return { status: response.status, headers: response.headers, answer: JSON.parse(text) }
}

/** Carries a run on until it ends or waits for something. */
export async function advance(run: Run, url: string, around: Surroundings): Promise<void> {
  const next = ['step']
  while (next.length > 0 && run.state === 'waiting') {
    const step = next.shift()!
    const known = run.order.length
    const { status, headers, answer } = await call(run, step, url, around)
    if (status === 200) end(run, 'done', answer)
    else if (status === 206) {
      const planned = (answer as Op[]).flatMap((op) => takeUp(run, op, around))
      next.push(...planned)
      if (next.length === 0 && run.order.length > known) next.push('step')
    } else if (failed(run, step, headers.get('x-inngest-no-retry') === 'true')) next.push(step)
    else end(run, 'failed', answer)
  }
}

/** Whether an event ends a wait. */
export const endsWait = ({ run, event, expression }: Wait, arrived: StoredEvent): boolean =>
  event === arrived.name && holds(expression, { event: run.events[0], async: arrived })
