import { Counter, Histogram, Registry } from 'prom-client'
import type { CodecServerEvent } from './codec-server-options.js'

export interface CodecMetrics {
  /** Goes where the server's `onEvent` does. */
  readonly onEvent: (event: CodecServerEvent) => void
  /** What Prometheus scrapes. */
  text(): Promise<string>
  /** Of that text. */
  readonly contentType: string
}

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * Counts calls, envelopes and time for Prometheus; labels are operations, dialects, states and outcomes, never anything of a caller's.
 *
 * @example
 * const metrics = createMetrics()
 * const server = createCodecServer({ …, onEvent: metrics.onEvent })
 */
export function createMetrics(registry: Registry = new Registry()): CodecMetrics {
  const registers = [registry]
  const calls = new Counter({
    name: 'waxseal_codec_calls_total',
    help: 'Calls answered, by operation, dialect and HTTP status.',
    labelNames: ['operation', 'dialect', 'status'],
    registers,
  })
  const envelopes = new Counter({
    name: 'waxseal_codec_envelopes_total',
    help: 'Envelopes asked for, by what became of them.',
    labelNames: ['outcome'],
    registers,
  })
  const seconds = new Histogram({
    name: 'waxseal_codec_call_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['operation', 'dialect'],
    buckets: BUCKETS_SECONDS,
    registers,
  })
  return {
    onEvent({ operation, dialect, status, outcomes, durationMs }) {
      calls.inc({ operation, dialect, status })
      seconds.observe({ operation, dialect }, durationMs / 1000)
      for (const [outcome, count] of Object.entries(outcomes)) envelopes.inc({ outcome }, count)
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
