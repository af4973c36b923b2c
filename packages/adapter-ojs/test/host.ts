/**
 * A host in memory with the interfaces of the OJS SDK for JavaScript: chains of middlewares as onions, a worker that reports the
 * message and the stack of errors, a backend that hashes what a unique policy names, and stores what it is given.
 */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

export interface UniquePolicy {
  keys?: ('type' | 'queue' | 'args' | 'meta')[]
  args_keys?: string[]
  meta_keys?: string[]
  on_conflict?: 'reject' | 'ignore'
}

export interface JobError {
  code: string
  message: string
  retryable?: boolean
  details?: Record<string, unknown>
}

export interface Job {
  specversion: string
  id: string
  type: string
  queue: string
  args: JsonValue[]
  meta?: Record<string, JsonValue>
  unique?: UniquePolicy
  state?: 'available' | 'active' | 'completed' | 'discarded'
  attempt?: number
  errors?: JobError[]
  result?: JsonValue
  [key: string]: unknown
}

export interface JobContext {
  job: Job
  attempt: number
  queue: string
  parentResults?: Record<string, JsonValue>
  metadata: Map<string, unknown>
  signal: AbortSignal
}

export type EnqueueMiddleware = (job: Job, next: (job: Job) => Promise<Job | null>) => Promise<Job | null>
export type ExecutionMiddleware = (ctx: JobContext, next: () => Promise<unknown>) => Promise<unknown>
export type JobHandler = (ctx: JobContext) => Promise<unknown>

export class OJSError extends Error {
  readonly code: string
  readonly retryable: boolean
  constructor(message: string, code: string, { retryable = false }: { retryable?: boolean } = {}) {
    super(message)
    this.name = 'OJSError'
    this.code = code
    this.retryable = retryable
  }
}

const sorted = (value: JsonValue | undefined): JsonValue | undefined => {
  if (Array.isArray(value)) return value.map((each) => sorted(each) ?? null)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)!]))
}

export class Backend {
  readonly jobs: Job[] = []

  #fingerprint({ type, queue, args, meta, unique }: Job): string {
    const keys = unique?.keys ?? []
    const some = (value: JsonValue | undefined, names: string[] | undefined) =>
      names ? names.map((name) => (value as Record<string, JsonValue> | undefined)?.[name] ?? null) : (value ?? null)
    const parts: JsonValue[] = [type]
    if (keys.includes('queue')) parts.push(queue)
    if (keys.includes('args')) parts.push(some(unique?.args_keys ? args[0] : args, unique?.args_keys))
    if (keys.includes('meta')) parts.push(some(meta, unique?.meta_keys))
    return JSON.stringify(sorted(parts))
  }

  insert(given: Job): Job {
    const job: Job = JSON.parse(JSON.stringify({ ...given, id: `job-${this.jobs.length}`, state: 'available', attempt: 0 }))
    const same = (other: Job) =>
      other.unique && other.state === 'available' && this.#fingerprint(other) === this.#fingerprint(job)
    if (job.unique && this.jobs.some(same)) throw new OJSError('duplicate', 'duplicate')
    this.jobs.push(job)
    return structuredClone(job)
  }
}

export class Client {
  readonly middlewares: EnqueueMiddleware[] = []
  readonly backend: Backend
  constructor(backend: Backend) {
    this.backend = backend
  }

  #run(job: Job): Promise<Job | null> {
    const at = async (i: number, current: Job): Promise<Job | null> => {
      const middleware = this.middlewares[i]
      return middleware ? middleware(current, (next) => at(i + 1, next)) : this.backend.insert(current)
    }
    return at(0, job)
  }

  enqueue(type: string, args: JsonValue | JsonValue[], options: Partial<Job> = {}): Promise<Job | null> {
    const list = Array.isArray(args) ? args : [args]
    return this.#run({ specversion: '1.0', id: '', type, queue: 'default', args: structuredClone(list), ...options })
  }

  enqueueBatch(jobs: readonly { type: string; args: JsonValue }[]): Promise<(Job | null)[]> {
    return Promise.all(jobs.map(({ type, args }) => this.enqueue(type, args)))
  }
}

export class Worker {
  readonly middlewares: ExecutionMiddleware[] = []
  /** What a middleware for traces would export of each job, seen from outside. */
  readonly spans: string[] = []
  parentResults: Record<string, JsonValue> | undefined
  readonly backend: Backend
  readonly maxAttempts: number
  constructor(backend: Backend, maxAttempts = 2) {
    this.backend = backend
    this.maxAttempts = maxAttempts
  }

  /** Handles jobs until none waits. */
  async work(handler: JobHandler): Promise<void> {
    for (;;) {
      const row = this.backend.jobs.find(({ state }) => state === 'available')
      if (!row) return
      row.state = 'active'
      row.attempt = (row.attempt ?? 0) + 1
      await this.#process(row, structuredClone(row), handler)
    }
  }

  async #process(row: Job, job: Job, handler: JobHandler): Promise<void> {
    const ctx: JobContext = {
      job,
      attempt: row.attempt!,
      queue: row.queue,
      ...(this.parentResults ? { parentResults: structuredClone(this.parentResults) } : {}),
      metadata: new Map(),
      signal: new AbortController().signal,
    }
    const before = JSON.stringify(job)
    const at = async (i: number): Promise<unknown> => {
      const middleware = this.middlewares[i]
      return middleware ? middleware(ctx, () => at(i + 1)) : handler(ctx)
    }
    try {
      const result = await at(0)
      this.spans.push(JSON.stringify({ job: ctx.job, result }))
      if (result !== undefined) row.result = JSON.parse(JSON.stringify(result))
      row.state = 'completed'
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown))
      this.spans.push(JSON.stringify({ job: ctx.job, error: { ...error, text: String(error), cause: String(error.cause) } }))
      const retryable = error instanceof OJSError ? error.retryable : true
      const stored = { code: 'handler_error', message: error.message, retryable, details: { stack: error.stack } }
      row.errors = [...(row.errors ?? []), stored]
      row.state = retryable && row.attempt! < this.maxAttempts ? 'available' : 'discarded'
    }
    if (JSON.stringify(job) !== before) throw new Error('the job that the worker holds was changed')
  }
}
