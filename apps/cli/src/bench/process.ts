import { fork } from 'node:child_process';
import type { Done, Task } from './child.js';

/** Has a task done by a process of its own. Throws what that process could not do. */
export const inProcess = (task: Task): Promise<Done> =>
  new Promise((resolve, reject) => {
    const child = fork(new URL('./child.js', import.meta.url), { stdio: ['ignore', 2, 2, 'ipc'] });
    let answer: Done | { readonly failed: string } | undefined;
    child.once('error', reject);
    child.once('message', (message) => (answer = message as NonNullable<typeof answer>));
    child.once('close', (code) => {
      if (!answer) reject(new Error(`The process that measures ended with ${code}.`));
      else if ('failed' in answer) reject(new Error(answer.failed));
      else resolve(answer);
    });
    child.send(task);
  });
