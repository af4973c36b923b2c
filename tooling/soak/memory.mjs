// Loaded into a process that is watched: collects garbage when it is asked, and tells what is left.
process.on('message', () => {
  /** @type {{ gc?: () => void }} */
  globalThis.gc?.()
  process.send?.(process.memoryUsage())
})
process.channel?.unref()
