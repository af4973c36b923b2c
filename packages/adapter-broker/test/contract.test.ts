import { queueAdapterContract } from '@waxseal/conformance/contracts'
import { describe, it } from 'vitest'
import { benchOn } from './broker.js'
import { memoryBroker } from './memory.js'

for (const as of ['string', 'bytes'] as const)
  queueAdapterContract({ describe, it, harness: { name: `bodies of ${as}`, create: () => benchOn(memoryBroker(), as) } })
