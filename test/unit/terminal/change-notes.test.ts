import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BODY_SCHEMAS } from '../../../src/contract/journal/entry.ts';
import { textOf } from '../../../renderer/shared/i18n/text.ts';
import { changeLines } from '../../../renderer/shared/change-words.ts';
import { changesBetween, flatten } from '../../../src/terminal/change-notes.ts';
import { settingsSchema } from '../../../src/terminal/settings.ts';
import { checkedBody } from '../../../src/terminal/journal/journal.ts';

const settings = settingsSchema.parse({});

test('only what differs is noted, from and to', () => {
  const later = settingsSchema.parse({ language: 'en', devices: { printer: { columns: 48 } } });
  expect(changesBetween(flatten(settings), flatten(later))).toEqual({
    language: 'zh → en',
    'devices.printer.columns': '32 → 48',
  });
  expect(changesBetween(flatten(settings), flatten(settingsSchema.parse({})))).toBeNull();
});

test('a secret is never written, not even a password inside of an address', () => {
  const before = flatten({ till: { token: 'old-secret' }, updates: { url: 'https://shop:pw1@host/x' } });
  const after = flatten({ till: { token: 'new-secret' }, updates: { url: 'https://shop:pw1@other/x' } });
  const text = JSON.stringify([before, after, changesBetween(before, after)]);
  for (const secret of ['old-secret', 'new-secret', 'pw1']) expect(text).not.toContain(secret);
  expect(changesBetween(before, after)).toEqual({
    'till.token': '*** → ***',
    'updates.url': 'https://***@host/x → https://***@other/x',
  });
});

test('whatever somebody wrote into the settings, the note is an entry that the journal takes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 4 }), (one, two) => {
      const changes = changesBetween(flatten({ one }), flatten({ one: two }));
      if (changes === null) return;
      const body = { by: null, changes };
      expect(BODY_SCHEMAS['settings-changed'].safeParse(body).success).toBe(true);
      expect(() => checkedBody('settings-changed', body)).not.toThrow();
    }),
  );
  const long = Object.fromEntries(
    Array.from({ length: 500 }, (_, at) => [`${'k'.repeat(90)}${at}`, '值'.repeat(999)]),
  );
  const changes = changesBetween({}, flatten(long)) ?? {};
  expect(() => checkedBody('settings-changed', { by: null, changes })).not.toThrow();
});

test('a note is told in words in both languages, and every setting of today has its words', () => {
  const everything = settingsSchema.parse({
    devices: {
      serial: [{ path: 'COM3', usb: { vendorId: '0c2e', productId: '0b61', serialNumber: '7' } }],
      printer: { connection: { type: 'tcp', host: 'printer' } },
      pole: { path: 'COM4' },
    },
    till: { token: 'A'.repeat(43) },
    clearing: { caFile: 'a.pem', clientCertificateFile: 'b.pem', clientKeyFile: 'c.pem' },
  });
  const lines = Object.keys(flatten(everything)).map((key) => ({ key, value: '1 → 2' }));
  const change = { type: 'settings', epoch: 1, seq: 2, atMs: 0, byName: null, lines } as const;
  for (const line of changeLines(textOf('zh'), change)) expect(line).not.toMatch(/[a-z]{4}/);
  expect(changeLines(textOf('en'), change)).toContain('Devices · serial scanner · 1 · port: 1 → 2');
  const device = {
    type: 'device',
    epoch: 1,
    seq: 3,
    atMs: 0,
    device: 'scanner: X',
    change: 'removed',
  } as const;
  expect(changeLines(textOf('zh'), device)).toEqual(['拿走了：scanner: X']);
});
