import type { ParsedCronItem } from './host.js'
import type { SealOptions } from './seal-options.js'
import { load } from './sealing.js'

/**
 * Schedules whose payloads are sealed, and whose job keys are hashed, once, under the key that is current now.
 *
 * @example
 * const items = await sealCronItems(parseCrontab('0 4 * * * digest ?id=daily {list:"all"}'), { sealer, app: 'mail' })
 */
export async function sealCronItems(items: readonly ParsedCronItem[], seal: SealOptions): Promise<ParsedCronItem[]> {
  const { sealTemplate, jobKey } = await load(seal)()
  return Promise.all(
    items.map(async ({ options, ...item }) => ({
      ...item,
      payload: (await sealTemplate(item.task, item.payload)) as ParsedCronItem['payload'],
      options: options.jobKey ? { ...options, jobKey: await jobKey(options.jobKey) } : options,
    })),
  )
}
