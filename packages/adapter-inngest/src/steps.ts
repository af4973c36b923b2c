import { isPoison, memberOf, type SealedJob } from '@waxseal/adapter-kit'
import type { Middleware } from 'inngest'
import { type HostEvent, openEvent } from './events.js'
import { goingInClear } from './function-input.js'
import { anyListener } from './listener.js'
import { revealInto } from './revived-error.js'
import type { Run } from './run.js'
import type { RunSealing } from './run-sealing.js'
import { goesInClear, isMadeByInngest } from './step-types.js'

type StepInfo = Middleware.WrapStepArgs['stepInfo']

/** Whose result or error a step has: that of the function which it invokes, or the run's own. */
function jobOf({ job }: Run, { stepType, input }: StepInfo): SealedJob {
  const invoked = stepType === 'invoke' ? input?.[0] : undefined
  const name = memberOf(invoked, 'function_id')
  return typeof name === 'string' ? { name, data: memberOf(memberOf(invoked, 'payload'), 'data') } : job
}

/** The input of a step: what an invoked function is given is sealed, what would go in clear is refused. */
export async function sealStepInput(
  seal: RunSealing,
  run: Run,
  arg: Middleware.TransformStepInputArgs,
): Promise<Middleware.TransformStepInputArgs> {
  const { memoized } = arg.stepInfo
  const stepType = String(arg.stepInfo.stepType)
  if (goesInClear(stepType) && !seal.clear.has(stepType) && !seal.payloads.isPlain(run.job))
    throw goingInClear(`a step of type ${stepType}`)
  if (stepType !== 'invoke' || memoized) return arg
  const [given, ...rest] = arg.input as [{ function_id: string; payload: { data?: unknown } }, ...unknown[]]
  const data = await seal.sealData({ name: given.function_id, data: given.payload.data })
  return { ...arg, input: [{ ...given, payload: { ...given.payload, data } }, ...rest] }
}

async function openStored(seal: RunSealing, run: Run, info: StepInfo, stored: unknown): Promise<unknown> {
  if (isMadeByInngest(String(info.stepType))) return stored
  if (info.stepType !== 'waitForEvent') return seal.openResult(jobOf(run, info), stored)
  // Without an event its time was over.
  if (stored === null || run.opened.has(info.hashedId)) return stored
  return openEvent(seal, stored as HostEvent, anyListener(run.listener.id))
}

/** The result of a step as the function gets it. */
export const openStep = (seal: RunSealing, run: Run, info: StepInfo, stored: unknown): Promise<unknown> =>
  openStored(seal, run, info, stored).catch((error) => run.refuse(seal, error, 'result'))

/** The error of a step as the function gets it: the very error that Inngest made, because Inngest looks for it. */
export async function openStepError(seal: RunSealing, run: Run, info: StepInfo, error: unknown): Promise<void> {
  if (!(error instanceof Error)) return
  try {
    const details = await seal.openDetails(jobOf(run, info), error.message)
    if (details !== undefined) revealInto(error, details)
  } catch (reason) {
    if (!isPoison(reason)) await run.refuse(seal, reason, 'error')
    seal.passOver(reason, 'error')
  }
}
