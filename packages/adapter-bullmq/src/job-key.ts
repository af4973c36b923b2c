/** The queue of a job that a job of `queue` names by key, `prefix:queue:id`; the same queue for another prefix. */
export function queueOfKey(key: string, queue: string, qualifiedName: string): string {
  const prefix = qualifiedName.slice(0, -queue.length)
  // Names of queues hold no colon.
  return key.startsWith(prefix) ? key.slice(prefix.length).split(':', 1)[0]! : queue
}
