/** What a server tells once it listens. */
export interface Ready {
  readonly port: number
  readonly headers: Readonly<Record<string, string>>
  /** Bodies of `/decode`: payloads that the server sealed itself, one and many. */
  readonly one: string
  readonly many: string
}

/** What a server has used of the processors so far, its threads included; it answers every message so. */
export interface Used {
  readonly cpuMicroseconds: number
}

/** A call that is made over and over. */
export interface Target {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** As many calls at once as there are connections, each begun when the one before it is answered. */
export interface ClosedLoop {
  readonly kind: 'closed'
  readonly target: Target
  readonly connections: number
  readonly seconds: number
}

/** Calls that begin at a constant rate, whether or not those before them are answered. */
export interface OpenLoop {
  readonly kind: 'open'
  readonly target: Target
  readonly perSecond: number
  readonly seconds: number
}

export type Load = ClosedLoop | OpenLoop

export interface ClosedResult {
  readonly calls: number
  readonly perSecond: number
}

/** Milliseconds from the moment at which a call was to begin to the end of its answer. */
export interface OpenResult {
  readonly calls: number
  readonly median: number
  readonly p99: number
  readonly max: number
  /** Whether the last call was answered soon after it began: else calls only piled up, and latencies say nothing of the server. */
  readonly keptUp: boolean
}
