import { prepare } from '../../scripts/prepare.mjs';

/** Before the specs: what is built is what is tested. */
export default async function startDatabase() {
  prepare();
}
