import { keySourceContract } from '@waxseal/conformance/contracts'
import { generateKey, staticKeys } from '@waxseal/core'

const key = generateKey()
const myKeys = () => staticKeys([{ kid: 'k1', key }])

// In a test file these two come from the test runner.
const tests: (() => Promise<void>)[] = []
const describe = (_name: string, body: () => void) => body()
const it = (_name: string, run: () => Promise<void>) => tests.push(run)

// #region contract
keySourceContract({ describe, it, harness: { name: 'my keys', create: myKeys } })
// #endregion

for (const run of tests) await run()
console.log(`${tests.length} tests passed`) // 9 tests passed
