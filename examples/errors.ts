import { createSealer, generateKey, staticKeys, WaxsealError } from '@waxseal/core'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const context = { app: 'billing', job: 'invoice' }
const sealed = await sealer.seal('4111 1111 1111 1111', { context })

// #region errors
async function handle(job: string): Promise<'done' | 'retry' | 'discard'> {
  try {
    await sealer.open(job, { context })
    return 'done'
  } catch (error) {
    if (!WaxsealError.is(error)) throw error
    return error.retryable ? 'retry' : 'discard'
  }
}
// #endregion

console.log(await handle(sealed), await handle(`${sealed.slice(0, -4)}AAAA`)) // done discard
