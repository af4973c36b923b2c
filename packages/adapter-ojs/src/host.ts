/** What of a job the middlewares look at; a job of the SDK is one. */
export interface HostJob {
  readonly type: string
  readonly queue?: string | undefined
  readonly args: unknown
  readonly meta?: Readonly<Record<string, unknown>> | undefined
  readonly unique?: unknown
}

/** What of the context of an execution the middleware looks at and sets. */
export interface HostContext {
  job: HostJob
  parentResults?: Record<string, unknown>
}

/** The SDK's `EnqueueMiddleware`, whatever its type of job. */
export type EnqueueMiddleware = <Job extends HostJob>(job: Job, next: (job: Job) => Promise<Job | null>) => Promise<Job | null>

/** The SDK's `ExecutionMiddleware`, whatever its type of context. */
export type ExecutionMiddleware = <Ctx extends HostContext>(ctx: Ctx, next: () => Promise<unknown>) => Promise<unknown>
