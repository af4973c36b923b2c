// In a process of its own: `node --max-semi-space-size=256 --min-semi-space-size=256 allocations-main.ts`, so that nothing is collected while it counts.
import { allocations } from './allocations.ts'
import { garbageCollector } from './garbage.ts'

console.log(JSON.stringify(await allocations(await garbageCollector())))
