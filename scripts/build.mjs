// Compiles libs, apps and migrations with SWC to dist/, whole or not at all.
import { mkdirSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, sources, sourceStamp, stampFile } from './prepare.mjs';

/** Builds into a folder of its own and then renames it, so that a running process never sees half of it. */
export async function build() {
  const { transformFile } = await import('@swc/core');
  const stamp = sourceStamp();
  const target = path.join(root, `dist.${process.pid}.tmp`);
  rmSync(target, { recursive: true, force: true });
  const files = sources().filter(
    (file) => file.endsWith('.ts') && !/\.(spec|fixtures|d)\.ts$/.test(file),
  );
  const compile = async (file) => {
    const out = path.join(target, file.replace(/\.ts$/, '.js'));
    const { code, map } = await transformFile(path.join(root, file), {
      cwd: root,
      swcrc: true,
      sourceMaps: true,
    });
    mkdirSync(path.dirname(out), { recursive: true });
    writeFileSync(out, `${code}\n//# sourceMappingURL=${path.basename(out)}.map\n`);
    writeFileSync(`${out}.map`, map);
  };
  const results = await Promise.allSettled(files.map(compile));
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) {
    rmSync(target, { recursive: true, force: true });
    throw failed.reason;
  }
  writeFileSync(path.join(target, stampFile), stamp);
  const dist = path.join(root, 'dist');
  const old = path.join(root, `dist.${process.pid}.old.tmp`);
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(target, dist);
  rmSync(old, { recursive: true, force: true });
  return files.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  const count = await build();
  console.error(`Built ${count} files in ${Math.round(performance.now() - started)} ms.`);
}
