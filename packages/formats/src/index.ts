export type { TemporalProxyOptions, TemporalSampleOptions } from './temporal.js'
export { isTemporalProxy, isTemporalSample, temporalProxyCodec, temporalSampleCodec } from './temporal.js'
export type { TemporalCompressionOptions } from './temporal-compression.js'
export { isTemporalCompressed, temporalCompressionCodec } from './temporal-compression.js'
