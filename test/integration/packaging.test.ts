import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../support/app-window.ts';

/** What of the packages for Windows and of the AppImage can be checked where their tools can't be fetched. */

// electron-builder's own parts, as `electron-builder` itself finds them.
const require = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
interface BuilderConfig {
  getConfig(folder: string, file: string | null, options: object | null): Promise<Record<string, unknown>>;
  validateConfiguration(config: object, log: { isEnabled: boolean; add(): void }): Promise<void>;
}
const builder = require('app-builder-lib/out/util/config/config') as BuilderConfig;
const readConfig = (): Promise<Record<string, unknown>> =>
  builder.getConfig(ROOT, 'electron-builder.yml', null);
const validate = (config: object): Promise<void> =>
  builder.validateConfiguration(config, { isEnabled: false, add: () => undefined });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the configuration passes electron-builder's own schema, and a wrong word in it does not", async () => {
  await validate(await readConfig());
  const config = await readConfig();
  const nsis = z.record(z.string(), z.unknown()).parse(config['nsis']);
  await expect(validate({ ...config, nsis: { ...nsis, perMachin: true } })).rejects.toThrow(
    'configuration.nsis',
  );
  await expect(validate({ ...config, electronFuses: { runAsNod: false } })).rejects.toThrow(
    'configuration.electronFuses',
  );
});

test('every file that the configuration names is there, and both installers are asked for', async () => {
  const config = z
    .object({
      linux: z.object({ target: z.array(z.string()), icon: z.string() }),
      win: z.object({ target: z.string(), icon: z.string() }),
      nsis: z.object({
        include: z.string(),
        perMachine: z.literal(true),
        deleteAppDataOnUninstall: z.literal(false),
      }),
      extraResources: z.array(z.object({ from: z.string() })),
    })
    .parse(await readConfig());
  expect(config.linux.target).toContain('AppImage');
  expect(config.win.target).toBe('nsis');
  const files = [config.linux.icon, config.win.icon, config.nsis.include];
  for (const file of [...files, ...config.extraResources.map(({ from }) => from)])
    expect(existsSync(join(ROOT, file)), file).toBe(true);
});

/** The include in the least script that calls its macros where electron-builder's template does; all output. */
function compile(include: string): { readonly status: number | null; readonly output: string } {
  const script = join(folder, 'check.nsi');
  const lines = [
    'Unicode true',
    'Name "check"',
    `OutFile "${join(folder, 'check.exe')}"`,
    'RequestExecutionLevel admin',
    `!include "${include}"`,
    'Section',
    '  WriteUninstaller "$INSTDIR\\uninstall.exe"',
    '  !insertmacro customInstall',
    'SectionEnd',
    'Section Uninstall',
    '  !insertmacro customUnInstall',
    'SectionEnd',
  ];
  writeFileSync(script, lines.join('\n'));
  // -WX: a warning is an error too.
  const run = spawnSync('makensis', ['-WX', '-V2', script], { encoding: 'utf8' });
  return { status: run.status, output: run.stdout + run.stderr };
}

test("the installer's script for Windows compiles without a warning, and a mistake in it would not", () => {
  const include = join(ROOT, 'build/installer.nsh');
  const { status, output } = compile(include);
  expect(status, output).toBe(0);
  const text = readFileSync(include, 'utf8');
  const broken = join(folder, 'broken.nsh');
  for (const [from, to] of [
    ['IfErrors noConfig', 'IfErrors noConfg'],
    ['${GetOptions}', '${GetOption}'],
    ['CopyFiles /SILENT', 'CopyFile /SILENT'],
  ] as const) {
    expect(text).toContain(from);
    writeFileSync(
      broken,
      text.replace(from, () => to),
    );
    expect(compile(broken).status, to).not.toBe(0);
  }
});

test("the installer copies the seed that /CONFIG= names and ends with 3 where it can't", () => {
  const text = readFileSync(join(ROOT, 'build/installer.nsh'), 'utf8');
  const steps = [
    '${GetOptions} $R0 "/CONFIG=" $R1',
    'IfErrors noConfig',
    'CopyFiles /SILENT "$R1" "$APPDATA\\Voucher Terminal\\seed.json"',
    'IfErrors 0 noConfig',
    'SetErrorLevel 3',
    'noConfig:',
  ];
  const places = steps.map((step) => text.indexOf(step));
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(text).not.toMatch(/RMDir|Delete /);
});
