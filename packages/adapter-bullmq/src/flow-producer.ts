import type { Extended, FlowNode, Host, HostJobClass, JobNode } from './host.js'
import { shown } from './job.js'
import type { JobSealing } from './job-sealing.js'
import { register, sealingOf, takeSealing } from './sealings.js'

async function sealTree(sealing: JobSealing, node: FlowNode): Promise<FlowNode> {
  const [sealed, children] = await Promise.all([
    sealing.sealNew(node, node.queueName),
    node.children && Promise.all(node.children.map((child) => sealTree(sealing, child))),
  ])
  return children ? { ...sealed, children } : sealed
}

function showTree(sealing: JobSealing, made: JobNode, given: FlowNode): JobNode {
  shown(made.job, given.data, sealing.infoOf(made.job))
  made.children?.forEach((child, at) => void showTree(sealing, child, given.children![at]!))
  return made
}

/** BullMQ's producer of flows whose jobs are sealed, each for its own queue. */
export function sealedFlowProducerClass(
  { FlowProducer: HostFlowProducer }: Host,
  Job: HostJobClass,
): Extended<Host['FlowProducer']> {
  return class FlowProducer extends HostFlowProducer {
    constructor(given?: object, ...rest: unknown[]) {
      const { sealing, options } = takeSealing(given)
      super(options, ...rest)
      register(this, sealing)
    }

    get Job(): HostJobClass {
      return Job
    }

    override queueFromNode(...args: unknown[]): object {
      const queue = super.queueFromNode(...args)
      register(queue, sealingOf(this))
      return queue
    }

    override async add(flow: FlowNode, options?: object): Promise<JobNode | undefined> {
      const sealing = await sealingOf(this)
      if (!sealing) return super.add(flow, options)
      const made = await super.add(await sealTree(sealing, flow), options)
      return made && showTree(sealing, made, flow)
    }

    override async addBulk(flows: readonly FlowNode[]): Promise<JobNode[] | undefined> {
      const sealing = await sealingOf(this)
      if (!sealing) return super.addBulk(flows)
      const made = await super.addBulk(await Promise.all(flows.map((flow) => sealTree(sealing, flow))))
      return made?.map((node, at) => showTree(sealing, node, flows[at]!))
    }
  }
}
