import type { AddJobFunction, AddJobsFunction } from './host.js'
import type { Sealing } from './sealing.js'

type Keyed = { readonly jobKey?: string }

async function sealedSpec<Spec extends Keyed>(sealing: Sealing, spec: Spec): Promise<Spec> {
  return spec.jobKey ? { ...spec, jobKey: await (await sealing()).jobKey(spec.jobKey) } : spec
}

/** `addJob` whose payload is sealed; the job that it gives back shows the payload that was given. */
export const sealedAddJob =
  (sealing: Sealing, addJob: AddJobFunction): AddJobFunction =>
  async (identifier, payload, spec = {}) => {
    const { sealPayload } = await sealing()
    const sealed = await sealPayload(identifier, payload, spec)
    const job = await addJob(identifier as string, sealed, await sealedSpec(sealing, spec))
    return { ...job, payload: payload ?? {} }
  }

/** `addJobs`, likewise. */
export const sealedAddJobs =
  (sealing: Sealing, addJobs: AddJobsFunction): AddJobsFunction =>
  async (specs, ...rest) => {
    const { sealPayload } = await sealing()
    const sealed = specs.map(async (spec) => ({
      ...(await sealedSpec(sealing, spec)),
      payload: await sealPayload(spec.identifier, spec.payload, spec),
    }))
    const jobs = await addJobs(await Promise.all(sealed), ...rest)
    return jobs.map((job, at) => ({ ...job, payload: specs[at]!.payload ?? {} }))
  }
