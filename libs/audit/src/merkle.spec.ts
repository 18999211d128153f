import { createHash } from 'node:crypto';
import {
  bytesOf,
  GrowingTree,
  hashesIn,
  hexOf,
  inclusionPath,
  leafHash,
  nodeHash,
  rootOf,
  rootOfLines,
} from './merkle.crypto.js';

// The test vectors of the Certificate Transparency project for RFC 6962.
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const leaves = INPUTS.map((hex) => leafHash(Buffer.from(hex, 'hex')));

const sha = (...parts: Buffer[]): string =>
  createHash('sha256').update(Buffer.concat(parts)).digest('hex');

describe('the Merkle tree', () => {
  it('has the roots of the test vectors of RFC 6962', () => {
    const tree = new GrowingTree();
    expect(hexOf(tree.root())).toBe(createHash('sha256').digest('hex'));
    leaves.forEach((leaf, i) => {
      tree.add(leaf);
      expect(hexOf(tree.root())).toBe(ROOTS[i]);
      expect(hexOf(rootOf(leaves.slice(0, i + 1)))).toBe(ROOTS[i]);
    });
    expect(tree.size).toBe(8);
  });

  it('has the inclusion proofs of the test vectors', () => {
    const proof = (size: number, place: number): string[] =>
      inclusionPath(leaves.slice(0, size), place).map(hexOf);
    expect(proof(1, 0)).toEqual([]);
    expect(proof(8, 0)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(proof(8, 5)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(proof(3, 2)).toEqual([
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    ]);
    expect(proof(5, 1)).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
  });

  it('goes on from its peaks as if it had never stopped', () => {
    for (let stop = 0; stop <= leaves.length; stop += 1) {
      const before = new GrowingTree();
      for (const leaf of leaves.slice(0, stop)) before.add(leaf);
      const after = new GrowingTree(before.size, hashesIn(bytesOf(before.peaks)));
      for (const leaf of leaves.slice(stop)) after.add(leaf);
      expect(hexOf(after.root())).toBe(ROOTS[7]);
    }
  });

  it('tells leaves from nodes, whatever their length', () => {
    const long = Buffer.alloc(100_000, 7);
    expect(hexOf(leafHash(long))).toBe(sha(Buffer.from([0]), long));
    const [a, b] = [leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))];
    expect(hexOf(nodeHash(a, b))).toBe(sha(Buffer.from([1]), bytesOf([a, b])));
    expect(rootOfLines(['a', 'b'])).toBe(hexOf(nodeHash(a, b)));
  });
});
