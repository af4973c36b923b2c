import { queueAdapterContract } from '@waxseal/conformance/contracts'
import { describe, it } from 'vitest'
import { memoryBroker } from './broker.js'

queueAdapterContract({ describe, it, harness: { name: 'bodies of text', create: () => memoryBroker('text') } })
