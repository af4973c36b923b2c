/** The queue in a job's key, `prefix:queue:id`; undefined for another prefix. Names of queues hold no colon. */
export const queueOfKey = (key: string, prefix: string): string | undefined =>
  key.startsWith(`${prefix}:`) ? key.slice(prefix.length + 1).split(':', 1)[0] : undefined
