import { WaxsealError } from '@waxseal/core'
import { Middleware } from 'inngest'
import { sealEvent } from './events.js'
import { beginRun, openInput } from './function-input.js'
import type { Run } from './run.js'
import { createRunSealing } from './run-sealing.js'
import type { SealOptions } from './seal-options.js'
import { openStep, openStepError, sealStepInput } from './steps.js'

const SEALING = Symbol.for('@waxseal/adapter-inngest')

/**
 * Middleware for an Inngest client: the data of events, results and errors are sealed before they leave the process, and opened for
 * handlers. `config` for options that do not fit; a client that has it twice, alone or with a function, is refused.
 *
 * @example
 * const inngest = new Inngest({ id: 'billing', middleware: [sealing({ sealer, app: 'billing', policy: { fields: ['/card'] } })] })
 */
export function sealing(options: SealOptions): Middleware.Class {
  const seal = createRunSealing(options)

  // Inngest makes an instance for each request, and one for each call that sends.
  return class Sealing extends Middleware.BaseMiddleware {
    static readonly [SEALING] = true

    static onRegister({ client, fn }: Middleware.OnRegisterArgs): void {
      const classes = [...client.middleware, ...(fn?.opts.middleware ?? [])]
      if (classes.filter((each) => SEALING in each).length > 1)
        throw new WaxsealError('config', 'sealing stands twice among the middleware of a client and its functions')
    }

    readonly id = 'waxseal'
    readonly #stepErrors = new WeakSet<Error>()
    #begun: Run | undefined

    get #run(): Run {
      if (!this.#begun) throw new WaxsealError('config', 'Inngest has not handed over the input of the function')
      return this.#begun
    }

    override async transformSendEvent(arg: Middleware.TransformSendEventArgs) {
      return { ...arg, events: await Promise.all(arg.events.map((event) => sealEvent(seal, event))) }
    }

    override async transformFunctionInput(arg: Middleware.TransformFunctionInputArgs) {
      this.#begun = beginRun(arg, this.client.id)
      try {
        return await openInput(seal, this.#run, arg)
      } catch (error) {
        throw seal.refusal(error, 'data', this.#run.attempt)
      }
    }

    override async transformStepInput(arg: Middleware.TransformStepInputArgs) {
      try {
        return await sealStepInput(seal, this.#run, arg)
      } catch (error) {
        throw seal.refusal(error, 'data', this.#run.attempt)
      }
    }

    override async wrapStep({ next, stepInfo }: Middleware.WrapStepArgs) {
      let stored: unknown
      try {
        stored = await next()
      } catch (error) {
        await openStepError(seal, this.#run, stepInfo, error)
        if (error instanceof Error) this.#stepErrors.add(error)
        throw error
      }
      return openStep(seal, this.#run, stepInfo, stored)
    }

    override async wrapStepHandler({ next }: Middleware.WrapStepHandlerArgs) {
      return this.#sealed(next())
    }

    override async wrapFunctionHandler({ next }: Middleware.WrapFunctionHandlerArgs) {
      return this.#sealed(Promise.race([next(), this.#run.refused]))
    }

    /** The result or the error of a handler, in the form in which it may leave. */
    async #sealed(result: Promise<unknown>): Promise<unknown> {
      const { job, attempt } = this.#run
      let value: unknown
      try {
        value = await result
      } catch (error) {
        throw await this.#failure(error)
      }
      try {
        return await seal.sealResult(job, value)
      } catch (error) {
        throw seal.refusal(error, 'result', attempt)
      }
    }

    async #failure(error: unknown): Promise<unknown> {
      if (!this.#stepErrors.has(error as Error)) return seal.failure(this.#run.job, error)
      // Inngest does not retry a function for the very error of a step that failed for good, so that is what it must get.
      return seal.concealInto(this.#run.job, error as Error)
    }
  }
}
