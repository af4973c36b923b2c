/** Handles a job in a process of its own, in steps that nobody waits for. */
export default async (job, token) => {
  const { step, secret } = job.data
  job.log(`step ${step} ${secret}`)
  job.updateProgress({ step, secret })
  if (step === 1) {
    job.updateData({ step: 2, secret })
    await job.moveToDelayed(Date.now() + 10, token)
    const error = new Error('later')
    error.name = 'DelayedError'
    throw error
  }
  if (step === 3) throw Object.assign(new TypeError(`failed ${secret}`), { secret })
  return { step, secret, children: await job.getChildrenValues(), earlier: job.failedReason }
}
