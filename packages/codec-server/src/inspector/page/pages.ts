import { type Signal, signal } from '@preact/signals'
import { messageOf } from './document-state.js'

/** A list that comes a page at a time. */
export interface Pages<T> {
  readonly items: Signal<readonly T[] | undefined>
  readonly hasMore: Signal<boolean>
  readonly isBusy: Signal<boolean>
  readonly problem: Signal<string>
  /** From the beginning. */
  reload(): Promise<void>
  more(): Promise<void>
}

/** `next` says where the page behind begins; null at the end. */
export function createPages<T, Next>(
  read: (from: Next | undefined) => Promise<{ items: readonly T[]; next: Next | null }>,
): Pages<T> {
  const items = signal<readonly T[] | undefined>(undefined)
  const hasMore = signal(false)
  const isBusy = signal(false)
  const problem = signal('')
  let next: Next | undefined
  let turn = 0

  async function load(from: Next | undefined, before: readonly T[]): Promise<void> {
    const own = ++turn
    isBusy.value = true
    problem.value = ''
    try {
      const page = await read(from)
      if (own !== turn) return
      items.value = [...before, ...page.items]
      next = page.next ?? undefined
      hasMore.value = page.next !== null
    } catch (error) {
      if (own === turn) problem.value = messageOf(error)
    } finally {
      if (own === turn) isBusy.value = false
    }
  }
  return {
    items,
    hasMore,
    isBusy,
    problem,
    reload: () => load(undefined, []),
    more: () => load(next, items.value ?? []),
  }
}
