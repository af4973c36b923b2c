import { z } from 'zod'
import { secretSchema } from './secret.js'

const port = z.int().min(0).max(65_535)
const count = z.int().min(1)

const DEFAULT_PORT = 8888

export const listenSchema = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1').describe('Default 127.0.0.1.'),
    port: port.default(DEFAULT_PORT).describe(`Default ${DEFAULT_PORT}; 0 for any that is free.`),
    tls: z
      .strictObject({
        cert: z.string().min(1).describe('Path of the certificate and its chain, PEM.'),
        key: secretSchema.describe('Its private key, PEM, by reference: env:NAME or file:/path.'),
      })
      .optional(),
    tlsProxy: z
      .boolean()
      .default(false)
      .describe('Says that a proxy in front speaks TLS; without it or tls nothing is served beyond this machine.'),
    metrics: z
      .strictObject({ host: z.string().min(1).default('127.0.0.1'), port })
      .optional()
      .describe('A second listener for /metrics, /health and /ready.'),
    maxConnections: count.default(1000).describe('Connections at once; more are dropped. Default 1,000.'),
    headersTimeoutMs: count.default(10_000).describe('For the head of a request, in milliseconds. Default 10,000.'),
    keepAliveTimeoutMs: count.default(65_000).describe('For an idle connection, in milliseconds. Default 65,000.'),
    shutdownTimeoutMs: count
      .default(20_000)
      .describe('For calls in flight when the server ends, in milliseconds. Default 20,000.'),
  })
  .describe('Where the server listens.')
