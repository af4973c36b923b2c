// Asks the server of this configuration whether it lives: for HEALTHCHECK, where an image has no other program to ask with.
import { request } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { readConfig } from './settings.js'

const TIMEOUT_MS = 3000

const { codecServer } = await readConfig(undefined, process.env)
const { host, port, tls } = codecServer?.listen ?? { host: '127.0.0.1', port: 0, tls: undefined }
// What listens everywhere listens here.
const here: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
// Whose certificate it is, is not asked: the answer is no secret, and it is this machine's own.
const options = { host: here[host] ?? host, port, path: '/health', timeout: TIMEOUT_MS, rejectUnauthorized: false }
const asked = (tls ? tlsRequest : request)(options, (response) => process.exit(response.statusCode === 200 ? 0 : 1))
asked.on('timeout', () => process.exit(1))
asked.on('error', () => process.exit(1))
asked.end()
