import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { loginOf, type Caller } from './caller.js';
import { HttpRefusal, problemOf, type Problem } from './problem.js';
import { notFound } from './reader.js';

/** Long work that somebody asked for: how far it is, and what came of it. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly status: 'running' | 'done' | 'failed' | 'cancelled';
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly progress: Readonly<Record<string, number>>;
  readonly result?: object;
  /** Why it failed. */
  readonly problem?: Problem;
}

/** What long work is given: where to say how far it is, and whether to stop. */
export interface JobContext {
  readonly signal: AbortSignal;
  progress(now: Readonly<Record<string, number>>): void;
}

interface Kept {
  job: Job;
  readonly owner: string;
  readonly stopping: AbortController;
  readonly ended: Promise<void>;
}

const RUNNING_AT_MOST = 2;
const KEPT_AT_MOST = 100;

/** Runs long work beside the requests that asked for it; what it was is kept as long as the process lives. */
@Injectable()
export class Jobs {
  private readonly jobs = new Map<string, Kept>();

  /** Begins work. Refuses when too much is running already. */
  start(kind: string, caller: Caller, work: (context: JobContext) => Promise<object>): Job {
    const running = [...this.jobs.values()].filter(({ job }) => job.status === 'running').length;
    if (running >= RUNNING_AT_MOST) {
      const message = `${RUNNING_AT_MOST} jobs are running; wait until one has ended.`;
      throw new HttpRefusal('TooManyRequests', message, undefined, { limit: RUNNING_AT_MOST });
    }
    const id = randomUUID();
    const stopping = new AbortController();
    const job: Job = {
      id,
      kind,
      status: 'running',
      startedAt: new Date().toISOString(),
      progress: {},
    };
    const update = (change: Partial<Job>): void => {
      kept.job = { ...kept.job, ...change };
    };
    const run = async (): Promise<void> => {
      try {
        const result = await work({
          signal: stopping.signal,
          progress: (progress) => update({ progress }),
        });
        update({ status: 'done', result });
      } catch (error) {
        update(
          stopping.signal.aborted
            ? { status: 'cancelled' }
            : { status: 'failed', problem: problemOf(error) },
        );
      }
      update({ endedAt: new Date().toISOString() });
    };
    const kept: Kept = {
      job,
      owner: loginOf(caller),
      stopping,
      ended: Promise.resolve().then(run),
    };
    this.jobs.set(id, kept);
    this.forgetOldest();
    return job;
  }

  /** A job of the caller. Refuses with `NotFound`, as for everybody else's. */
  show(kind: string, id: string, caller: Caller): Job {
    return this.of(kind, id, caller).job;
  }

  /** Asks a job to stop at its next step; what it has recorded stays. */
  cancel(kind: string, id: string, caller: Caller): Job {
    const kept = this.of(kind, id, caller);
    kept.stopping.abort();
    return kept.job;
  }

  /** Stops everything; for the end of the process. */
  async onApplicationShutdown(): Promise<void> {
    for (const { stopping } of this.jobs.values()) stopping.abort();
    await Promise.all([...this.jobs.values()].map(({ ended }) => ended));
  }

  private of(kind: string, id: string, caller: Caller): Kept {
    const kept = this.jobs.get(id);
    if (!kept || kept.job.kind !== kind || kept.owner !== loginOf(caller))
      return notFound(kind, id);
    return kept;
  }

  private forgetOldest(): void {
    for (const [id, { job }] of this.jobs) {
      if (this.jobs.size <= KEPT_AT_MOST) return;
      if (job.status !== 'running') this.jobs.delete(id);
    }
  }
}
