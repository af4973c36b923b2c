/** zstd where the runtime has it. */
export interface Zstd {
  compress(data: Uint8Array): Uint8Array
  /** The content of exactly one frame without dictionary, window at most 8 MiB; `malformed`, or `too_large` beyond `maxLength` bytes. */
  decompress(data: Uint8Array, maxLength: number): Uint8Array
}

/** What a runtime's module of compression primitives exports. All results are memory of their own. */
export interface Zlib {
  rawDeflate(data: Uint8Array): Uint8Array
  /** The content of exactly one raw deflate stream; `malformed`, or `too_large` beyond `maxLength` bytes. */
  rawInflate(data: Uint8Array, maxLength: number): Uint8Array
  crc32(data: Uint8Array): number
  readonly zstd: Zstd | undefined
}
