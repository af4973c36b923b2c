import { Connection } from '@temporalio/client'
import { InputError } from '@waxseal/worker'

const DEFAULT_ADDRESS = '127.0.0.1:7233'
const CONNECT_MS = 5000

/** Connects once, and says in a sentence why it could not. */
export async function connect(address = DEFAULT_ADDRESS): Promise<{ connection: Connection; address: string; version: string }> {
  if (!/^[^\s/@]+:\d+$/.test(address)) throw new InputError('the address of Temporal must look like 127.0.0.1:7233')
  try {
    const connection = await Connection.connect({ address, connectTimeout: CONNECT_MS })
    const { serverVersion } = await connection.workflowService.getSystemInfo({})
    return { connection, address, version: serverVersion ?? '' }
  } catch {
    throw new InputError(`no Temporal answers at ${address}: start one there, or name another with --url`)
  }
}
