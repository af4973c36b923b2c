export { ListenError } from './listener.js'
export { createLog, describe, type Log } from './log.js'
export { type RunningServer, type StartOptions, startServer } from './server.js'
export { serveUntilStopped } from './signals.js'
