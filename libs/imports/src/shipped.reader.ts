import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { didYouMean } from '#kernel';
import { commandTable } from '#scenarios';
import { readMapping } from './mapping-reader.js';
import { BadSource, type NamedMapping } from './sources.reader.js';

// The mappings stand beside the sources, and beside what they are compiled to.
const shippedFolder = (): string => {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return path.join(folder, 'mappings');
};

/** The names of the mappings that ship. */
export const shippedMappings = (): string[] =>
  readdirSync(shippedFolder())
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => path.basename(file, '.yaml'))
    .sort();

/**
 * A mapping by its name, or by its file. Throws `BadSource` if there is none, and `MalformedFile`
 * with all of its faults.
 */
export const openMapping = (name: string): NamedMapping => {
  const names = shippedMappings();
  const file = names.includes(name) ? path.join(shippedFolder(), `${name}.yaml`) : name;
  if (!existsSync(file)) {
    const valid = `valid: ${names.join(', ')}, or a file`;
    throw new BadSource(`There is no mapping ${name}${didYouMean(name, names)}; ${valid}.`);
  }
  if (statSync(file).isDirectory()) {
    throw new BadSource(`${file} is a folder; expected the file of a mapping.`);
  }
  const text = readFileSync(file, 'utf8');
  return { mapping: readMapping(text, Object.keys(commandTable)), file, text };
};
