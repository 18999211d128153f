#!/usr/bin/env node
// Checks a proof that `everycent audit prove` printed: offline, with Node alone, and trusting nothing but the public
// key. Usage: node verify-proof.mjs PROOF.json [--key PUBLIC.pem] [--head HEAD.json]
// Prints what is proven and exits 0, or why it is not and exits 4.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

class NotProven extends Error {}
const require = (holds, says) => {
  if (!holds) throw new NotProven(says);
};

// RFC 9162, 2.1.3.2: from a leaf and its path to the root of an RFC 6962 Merkle tree.
const rootFrom = ({ text, place, leaves, path }) => {
  require(Number.isSafeInteger(place) &&
    Number.isSafeInteger(leaves) &&
    0 <= place &&
    place < leaves, 'a place is not in its tree');
  let [at, last] = [place, leaves - 1];
  let hash = sha256(Buffer.of(0), text);
  for (const step of path) {
    require(/^[0-9a-f]{64}$/.test(step) && last > 0, 'a path does not fit its tree');
    const other = Buffer.from(step, 'hex');
    if (at % 2 === 1 || at === last) {
      hash = sha256(Buffer.of(1), other, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else hash = sha256(Buffer.of(1), hash, other);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  require(last === 0, 'a path is too short for its tree');
  return hash.toString('hex');
};

// An event's line: position, stream, revision, id, type, version, data, context, with tabs between them.
const eventIn = (line) => {
  const escapes = { '\\': '\\', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
  const fields = line
    .split('\t')
    .map((field) => field.replace(/\\(.)/g, (_, c) => escapes[c] ?? c));
  require(fields.length === 8, 'the event is not a line of the log');
  const [position, stream, , , type, , data, meta] = fields;
  return {
    position: Number(position),
    stream,
    type,
    data: JSON.parse(data),
    meta: JSON.parse(meta),
  };
};

const nameOf = (key) =>
  sha256(key.export({ type: 'spki', format: 'der' }))
    .toString('hex')
    .slice(0, 16);

const check = ({ format, payout, payee, lines, root, event, head, publicKey }, known, kept) => {
  require(format === 'everycent-proof-1', `this checker does not know the format ${format}`);
  require(Array.isArray(lines) && lines.length > 0, 'there are no lines');
  for (const line of lines) {
    require(rootFrom(line) === root, `the line ${line.text} is not in the payout`);
    require(JSON.parse(line.text).payee === payee, `the line ${line.text} is not about ${payee}`);
  }
  const { position, stream, type, data, meta } = eventIn(event.text);
  require(stream === `payout-${payout}` &&
    type.startsWith('Payout'), `the event is not about payout ${payout}`);
  require(data.root === root, 'the event names other amounts');
  require(position === event.place + 1, 'the event is at another position');
  require(event.leaves === head.size &&
    rootFrom(event) === head.root, 'the event is not in the log that was signed');
  const key = createPublicKey(known ?? publicKey);
  require(nameOf(key) === head.key, 'the head was signed with another key');
  const text = `everycent signed head\n${head.size}\n${head.root}\n${head.signedAt}\n`;
  require(verify(
    null,
    Buffer.from(text),
    key,
    Buffer.from(head.signature, 'base64'),
  ), 'the signature is not that of the head');
  if (kept)
    require(kept.size === head.size &&
      kept.root === head.root, 'the head is not the one that you kept');
  return { position, type, by: meta.by, recorded: meta.recorded };
};

const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : readFileSync(process.argv[at + 1], 'utf8');
};

const file = process.argv[2];
if (!file || file.startsWith('--')) {
  console.error('Usage: node verify-proof.mjs PROOF.json [--key PUBLIC.pem] [--head HEAD.json]');
  process.exit(2);
}
try {
  const proof = JSON.parse(readFileSync(file, 'utf8'));
  const [key, head] = [option('--key'), option('--head')];
  const { position, type, by, recorded } = check(proof, key, head && JSON.parse(head));
  for (const { text } of proof.lines) {
    const { amount, currency } = JSON.parse(text);
    console.log(`Payout ${proof.payout} pays ${proof.payee} ${amount} ${currency}.`);
  }
  console.log(`${type} by ${by}, recorded ${recorded}, is at position ${position} of the log.`);
  console.log(
    `It is covered by the head of ${proof.head.size} events, signed ${proof.head.signedAt} with key ${proof.head.key}.`,
  );
  if (!key)
    console.log(
      'The key came with the proof: compare its name with the one that you know, or give it by --key.',
    );
} catch (error) {
  console.error(`Not proven: ${error.message}`);
  process.exit(
    error instanceof NotProven || error instanceof SyntaxError || error instanceof TypeError
      ? 4
      : 1,
  );
}
