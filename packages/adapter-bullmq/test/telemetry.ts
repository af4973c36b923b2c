import type { Telemetry } from 'bullmq'

/** Keeps everything that BullMQ tells of its work. */
export function recordingTelemetry(): { telemetry: Telemetry; told: () => string } {
  const told: unknown[] = []
  const tell = (...args: unknown[]): void => {
    for (const arg of args) told.push(arg instanceof Error ? [arg.name, arg.message, arg.stack, { ...arg }] : arg)
  }
  const span = {
    setSpanOnContext: (context: unknown) => context,
    setAttribute: tell,
    setAttributes: tell,
    addEvent: tell,
    recordException: tell,
    end() {},
  }
  const telemetry: Telemetry = {
    tracer: {
      startSpan(name, options) {
        tell(name, options)
        return span
      },
    },
    contextManager: {
      with: (_context, run) => run(),
      active: () => ({}),
      getMetadata: () => 'trace',
      fromMetadata: () => ({}),
    },
    meter: {
      createCounter: (name) => ({ add: (...args) => tell(name, ...args) }),
      createHistogram: (name) => ({ record: (...args) => tell(name, ...args) }),
      createGauge: (name) => ({ record: (...args) => tell(name, ...args) }),
    },
  }
  return { telemetry, told: () => JSON.stringify(told) }
}
