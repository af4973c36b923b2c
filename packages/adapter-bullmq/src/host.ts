import * as bullmq from 'bullmq'

/** A job of BullMQ of any supported version, as far as it is touched here. */
export interface HostJob {
  id?: string
  name: string
  data: unknown
  opts: Record<string, unknown>
  progress: unknown
  returnvalue: unknown
  failedReason: string
  stacktrace: string[] | null
  attemptsStarted: number
  readonly queueName: string
  readonly queueQualifiedName: string
  readonly queue: object
  updateData(data: unknown): Promise<void>
  updateProgress(progress: unknown): Promise<void>
  log(row: string): Promise<number>
  clearLogs(keepLogs?: number): Promise<void>
  moveToCompleted(value: unknown, token: string, fetchNext?: boolean): Promise<unknown>
  moveToFailed(error: unknown, token: string, fetchNext?: boolean): Promise<unknown>
  moveToDelayed(timestamp: number, token?: string): Promise<void>
  moveToWait(token?: string): Promise<unknown>
  moveToWaitingChildren(token: string, options?: object): Promise<boolean>
  shouldRetryJob(error: unknown): Promise<unknown>
  getChildrenValues(): Promise<Record<string, unknown>>
  getIgnoredChildrenFailures(): Promise<Record<string, string>>
  getFailedChildrenValues(): Promise<Record<string, string>>
  getDependencies(options?: object): Promise<Dependencies>
  waitUntilFinished(events: object, ttl?: number): Promise<unknown>
}

export interface Dependencies {
  processed?: Record<string, unknown>
  ignored?: Record<string, string>
}

export type JobOptions = Record<string, unknown>

export interface NewJob {
  readonly name: string
  readonly data?: unknown
  readonly opts?: JobOptions | undefined
}

export interface HostJobClass {
  new (queue: object, name: string, data: unknown, opts?: JobOptions, id?: string): HostJob
  create(queue: object, name: string, data: unknown, opts?: JobOptions): Promise<HostJob>
  createBulk(queue: object, jobs: readonly NewJob[]): Promise<HostJob[]>
  fromId(queue: object, id: string): Promise<HostJob | undefined>
  addJobLog(queue: object, id: string, row: string, keepLogs?: number): Promise<number>
}

export interface Scheduler {
  readonly key: string
  readonly name: string
  readonly template?: { readonly data?: unknown } | undefined
}

export interface DependencyPage {
  readonly items: readonly { readonly id: string; readonly v?: unknown; readonly err?: string }[]
}

interface Emitter {
  emit(event: string, ...args: unknown[]): boolean
  close(force?: boolean): Promise<void>
}

export interface HostQueue extends Emitter {
  readonly name: string
  readonly qualifiedName: string
  readonly jobScheduler: Promise<object>
  /** Of BullMQ 5. */
  readonly repeat?: Promise<object>
  add(name: string, data: unknown, opts?: JobOptions): Promise<HostJob>
  addBulk(jobs: readonly NewJob[]): Promise<HostJob[]>
  upsertJobScheduler(id: string, repeat: object, template?: Partial<NewJob>): Promise<HostJob | undefined>
  getJobScheduler(id: string): Promise<Scheduler | undefined>
  getJobSchedulers(start?: number, end?: number, ascending?: boolean): Promise<(Scheduler | undefined)[]>
  getJobs(types?: unknown, start?: number, end?: number, ascending?: boolean): Promise<(HostJob | undefined)[]>
  getJobLogs(id: string, start?: number, end?: number, ascending?: boolean): Promise<{ logs: string[]; count: number }>
  getDependencies(...args: unknown[]): Promise<DependencyPage>
  addJobLog(id: string, row: string, keepLogs?: number): Promise<number>
  updateJobProgress(id: string, progress: unknown): Promise<void>
  getDeduplicationJobId(id: string): Promise<string | null>
  removeDeduplicationKey(id: string): Promise<number>
  getDebounceJobId(id: string): Promise<string | null>
  removeDebounceKey(id: string): Promise<number>
}

export interface HostWorker extends Emitter {
  readonly name: string
  callProcessJob(job: HostJob, token: string, signal?: AbortSignal): Promise<unknown>
  getNextJob(token: string, options?: object): Promise<HostJob | undefined>
}

export interface FlowNode extends NewJob {
  readonly queueName: string
  readonly children?: readonly FlowNode[] | undefined
}

export interface JobNode {
  job: HostJob
  children?: JobNode[]
}

export interface HostFlowProducer {
  queueFromNode(...args: unknown[]): object
  add(flow: FlowNode, options?: object): Promise<JobNode | undefined>
  addBulk(flows: readonly FlowNode[]): Promise<JobNode[] | undefined>
}

export interface HostQueueEvents extends Emitter {
  readonly name: string
  waitUntilReady(): Promise<unknown>
}

export interface HostQueueEventsProducer {
  readonly name: string
  publishEvent(args: Record<string, unknown>, maxEvents?: number): Promise<void>
}

type Constructor<Instance> = new (...args: unknown[]) => Instance
/** What a subclass of a host's class is, whatever its arguments. */
export type Extended<Class extends Constructor<object>> = new (...args: never[]) => InstanceType<Class>

export interface Host {
  readonly Job: HostJobClass
  readonly Queue: Constructor<HostQueue>
  readonly Worker: Constructor<HostWorker>
  readonly FlowProducer: Constructor<HostFlowProducer>
  readonly QueueEvents: Constructor<HostQueueEvents>
  readonly QueueEventsProducer: Constructor<HostQueueEventsProducer>
  readonly DelayedError: new (message?: string) => Error
  /** Not of every version. */
  readonly WaitingError?: new (
    message?: string,
  ) => Error
  readonly WaitingChildrenError: new (message?: string) => Error
  readonly UnrecoverableError: new (message?: string) => Error
}

export const host = bullmq as unknown as Host
