import { fileURLToPath } from 'node:url'
import type { DataConverter } from '@temporalio/common'
import { type TemporalCodecOptions, temporalCodec } from './codec.js'

/**
 * Where the failure converter is, for what builds the bundle of workflows ahead: without it the workflows of the bundle leave messages in clear.
 *
 * @example
 * const { code } = await bundleWorkflowCode({ workflowsPath, failureConverterPath: failureConverterPath() })
 */
export const failureConverterPath = (): string =>
  fileURLToPath(import.meta.resolve('@waxseal/adapter-temporal/failure-converter'))

/**
 * Temporal's data converter for clients and workers: the codec, and the failure converter that lets it seal messages and stack traces.
 * What is given besides, such as a payload converter, stays; codecs of yours run before the sealing one.
 *
 * @example
 * const dataConverter = sealedDataConverter({ sealer, app: 'billing', namespace: 'default' })
 * const client = new Client({ connection, namespace: 'default', dataConverter })
 * const worker = await Worker.create({ namespace: 'default', taskQueue, workflowsPath, activities, dataConverter })
 */
export function sealedDataConverter(options: TemporalCodecOptions, host: DataConverter = {}): DataConverter {
  return {
    ...host,
    payloadCodecs: [...(host.payloadCodecs ?? []), temporalCodec(options)],
    failureConverterPath: host.failureConverterPath ?? failureConverterPath(),
  }
}
