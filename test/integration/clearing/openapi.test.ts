import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OPENAPI_FILE, openApiText } from '../../../scripts/openapi.ts';

it('docs/openapi.json is what the server serves: else run npm run openapi', async () => {
  const text = await openApiText();
  expect(JSON.parse(text)).toMatchObject({ openapi: '3.1.0' });
  expect(readFileSync(OPENAPI_FILE, 'utf8') === text).toBe(true);
});
