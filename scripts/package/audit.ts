import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isPermissive } from './licences.ts';
import { ROOT } from './package-app.ts';

/**
 * `npm run audit`: counts what production code may load by the lock file, looks at each licence and checksum, and asks
 * the registry for known weaknesses. Exit code 1 for a licence that isn't allowed or isn't known, a package without a
 * checksum, or a weakness; a registry that doesn't answer is said plainly and fails nothing.
 */

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** As the package says; null where it says nothing. */
  readonly licence: string | null;
  /** The lock file knows what its bytes must be. */
  readonly hasChecksum: boolean;
}

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      integrity: z.string().optional(),
      dev: z.boolean().default(false),
      devOptional: z.boolean().default(false),
      link: z.boolean().default(false),
    }),
  ),
});

/** Licences that are known not to be plain permissive ones, and why the package is there all the same. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ['buffers', 'states none; the build leaves it out, which test/e2e/package.test.ts sees to'],
]);

/** The packages of a lock file that aren't for development alone, in order of name. */
export function productionPackages(lock: unknown): readonly LockedPackage[] {
  return Object.entries(lockSchema.parse(lock).packages)
    .filter(([path, { dev, devOptional, link }]) => path !== '' && !dev && !devOptional && !link)
    .map(([path, { version = '', license, integrity }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      licence: license ?? null,
      hasChecksum: integrity !== undefined,
    }))
    .toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** npm's older spelling of a choice. */
const spdx = (licence: string): string => licence.replace(/^MIT\/X11$/, '(MIT OR X11)');

/** A line for each package that must not be shipped. */
export function lockProblems(packages: readonly LockedPackage[]): readonly string[] {
  return packages.flatMap(({ name, version, licence, hasChecksum }) => [
    ...(hasChecksum ? [] : [`${name} ${version}: the lock file has no checksum`]),
    ...(EXCEPTIONS.has(name) || (licence !== null && isPermissive(spdx(licence)))
      ? []
      : [
          `${name} ${version}: ${licence === null ? 'no licence is known' : `the licence ${licence} is not allowed`}`,
        ]),
  ]);
}

/** How many packages have which licence, the most frequent first. */
export function licenceCounts(packages: readonly LockedPackage[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { licence } of packages)
    counts.set(licence ?? 'unknown', (counts.get(licence ?? 'unknown') ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

export type Weaknesses =
  | { readonly asked: true; readonly found: number; readonly lines: readonly string[] }
  | { readonly asked: false; readonly reason: string };

const answerSchema = z.object({
  metadata: z.object({ vulnerabilities: z.object({ total: z.int() }) }),
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string() })),
});

/** What `npm audit --json` said; anything that is no audit is an audit that didn't happen. */
export function readAudit(output: string): Weaknesses {
  try {
    const { metadata, vulnerabilities } = answerSchema.parse(JSON.parse(output));
    const lines = Object.entries(vulnerabilities).map(([name, { severity }]) => `${name}: ${severity}`);
    return { asked: true, found: metadata.vulnerabilities.total, lines };
  } catch {
    const message = /"message": "([^"]*)"/.exec(output)?.[1];
    const [line = ''] = output.trim().split('\n');
    return { asked: false, reason: message ?? (line === '' ? 'no answer' : line) };
  }
}

/** How long the registry may take; it is asked once. */
const ASK_TIMEOUT_MS = 60_000;

function askRegistry(): Weaknesses {
  const run = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: ASK_TIMEOUT_MS,
  });
  return readAudit(run.stdout);
}

function main(): number {
  const lock: unknown = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const packages = productionPackages(lock);
  const direct = z
    .object({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
  console.log(
    `${packages.length} production packages, ${Object.keys(direct.dependencies).length} of them named in package.json`,
  );
  for (const [licence, count] of licenceCounts(packages))
    console.log(`${String(count).padStart(5)}  ${licence}`);
  for (const [name, reason] of EXCEPTIONS) console.log(`excepted: ${name}: ${reason}`);
  const problems = lockProblems(packages);
  for (const problem of problems) console.log(`REFUSED: ${problem}`);
  const weaknesses = askRegistry();
  if (weaknesses.asked) {
    console.log(`${weaknesses.found} known weaknesses`);
    for (const line of weaknesses.lines) console.log(`WEAK: ${line}`);
  } else console.log(`known weaknesses were NOT looked up: the registry said: ${weaknesses.reason}`);
  return problems.length > 0 || (weaknesses.asked && weaknesses.found > 0) ? 1 : 0;
}

if (import.meta.main) process.exitCode = main();
