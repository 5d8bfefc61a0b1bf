import { expect, test } from 'vitest';
import { redact } from '../../../../src/terminal/support/handlers.ts';

test('a log line keeps its sense and loses PINs, voucher codes and signatures', () => {
  const code = 'hQVDUFYwMWE'.repeat(12);
  const line = redact(`2023 scan ${code} from /dev/ttyACM0 {"pin":"246810","user":"u1"}`);
  expect(line).not.toContain(code);
  expect(line).not.toContain('246810');
  expect(line).toContain('/dev/ttyACM0');
  expect(line).toContain('"user":"u1"');
});
