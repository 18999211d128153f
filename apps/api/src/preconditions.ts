import type { CalledRequest } from './caller.js';
import { HttpRefusal } from './problem.js';

/** Refuses unless `If-Match` names the state as it is now: 428 where it names none, 412 where that has changed. */
export const refuseUnlessSeen = (request: CalledRequest, etag: string): void => {
  const seen = request.get('if-match');
  if (seen === undefined || seen.trim() === '*') {
    throw new HttpRefusal('PreconditionRequired', 'Send If-Match with the ETag of what you saw.');
  }
  const tags = seen.split(',').map((tag) => tag.trim());
  if (!tags.includes(etag)) {
    throw new HttpRefusal(
      'PreconditionFailed',
      `If-Match names ${seen}; it is now ${etag}: look at it again.`,
    );
  }
};
