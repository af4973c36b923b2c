export type {
  Backend,
  Dump,
  HandleJob,
  OpenOptions,
  QueuedJob,
  RunningBackend,
  StoredJob,
  Words,
  Work,
} from './backends/backend.js'
export { type DemoOptions, runDemo } from './demo.js'
export { InputError, openInput, readJobs } from './job-file.js'
export { plain } from './paint.js'
export { runProgram } from './program.js'
export { isGood, renderReport } from './report.js'
