import { expect, test, vi } from 'vitest';
import type { Journal } from '../../../src/terminal/journal/types.ts';
import { createNotes } from '../../../src/terminal/notes.ts';

test('what can not be noted stops nobody: settings that are unreadable just now, a journal on a full disk', () => {
  const log = vi.fn();
  const full = (): never => {
    throw new Error('disk-full');
  };
  const journal = { setting: () => null, setSetting: full, append: full } as unknown as Journal;
  const notes = createNotes({ journal, nowMs: () => 0, onNoted: () => undefined, log });
  notes.settings(() => {
    throw new Error('settings-unreadable');
  }, null);
  notes.update({ version: '2.0.0', reason: 'rolled-back', why: null });
  expect(log.mock.calls.map(([line]) => String(line))).toEqual([
    'a change could not be noted: Error: settings-unreadable',
    'a change could not be noted: Error: disk-full',
  ]);
  expect(() => notes.changes(null, { language: 'zh → en' }), 'who changes something is told').toThrow(
    'disk-full',
  );
  notes.stop();
});
