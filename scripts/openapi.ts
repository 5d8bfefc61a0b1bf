import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { createClearing } from '../src/clearing/create-clearing.ts';
import { createServer } from '../src/clearing/http/server.ts';
import { createKeys } from '../src/clearing/keys/keys.ts';
import { openSqlite } from '../src/clearing/storage/storage.ts';

/** `npm run openapi`: writes the document that the clearing server serves under /v1/openapi.json. */
export const OPENAPI_FILE = join(import.meta.dirname, '../docs/openapi.json');

/** The document as the server of this version serves it, formatted like the file. */
export async function openApiText(): Promise<string> {
  const clearing = await createClearing({ storage: await openSqlite(':memory:'), keys: createKeys() });
  const server = await createServer(clearing);
  try {
    const { body } = await server.inject('/v1/openapi.json');
    return await format(body, { parser: 'json', printWidth: 110 });
  } finally {
    await server.close();
    await clearing.close();
  }
}

if (import.meta.main) writeFileSync(OPENAPI_FILE, await openApiText());
