/** Methods of pg-boss 10 to 12 whose payloads, results or errors are sealed and opened here. */
export const COVERED: ReadonlySet<string> = new Set([
  ...['send', 'sendAfter', 'sendThrottled', 'sendDebounced', 'insert', 'flow', 'publish', 'schedule', 'update', 'upsert'],
  ...['work', 'fetch', 'complete', 'fail', 'getJobById', 'findJobs', 'redrive', 'previewRedrive', 'getSchedules', 'getSchedule'],
  ...['createQueue', 'updateQueue'],
])

/** Methods that carry no payload. Whatever is in neither list, such as what a later version adds, is refused. */
export const PASSED: ReadonlySet<string> = new Set([
  ...[
    'stop',
    'offWork',
    'notifyWorker',
    'subscribe',
    'unsubscribe',
    'cancel',
    'resume',
    'retry',
    'touch',
    'unschedule',
    'previewSchedule',
  ],
  ...['deleteJob', 'deleteQueuedJobs', 'deleteStoredJobs', 'deleteAllJobs', 'deleteQueue', 'purgeQueue', 'clearStorage', 'drop'],
  ...[
    'getQueue',
    'getQueues',
    'getQueueStats',
    'getQueueSize',
    'countStates',
    'getBlockedKeys',
    'getDependencies',
    'getDependents',
  ],
  ...[
    'supervise',
    'maintain',
    'expire',
    'archive',
    'purge',
    'resolveFlow',
    'getReindexCommands',
    'getBamStatus',
    'getBamEntries',
  ],
  ...['isInstalled', 'schemaVersion', 'detectSchemaDrift', 'getInstances', 'getWipData', 'getSpy', 'clearSpies', 'getDb'],
  ...['isMaintaining', 'isBamWorking', 'isResolvingFlow', 'isCheckingSkew', 'isTimekeeping'],
])
