import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename } from 'node:path';

/** A fleet's update server on this PC, as electron-builder's files make it. */
export interface UpdateFeed {
  readonly url: string;
  /** From now on the newest version, in a package of this path. */
  offer(version: string, file: string): void;
  /** What was asked for since the last offer. */
  asked(): readonly string[];
  stop(): void;
}

export async function startFeed(): Promise<UpdateFeed> {
  let listing = '';
  let offered = '';
  let asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://feed').pathname);
    asked.push(path);
    if (path === '/latest-linux.yml' && listing !== '') response.end(listing);
    else if (offered !== '' && path === `/${basename(offered)}`) createReadStream(offered).pipe(response);
    else response.writeHead(404).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    offer(version, file) {
      const sum = createHash('sha512').update(readFileSync(file)).digest('base64');
      const name = basename(file);
      asked = [];
      offered = file;
      listing = `version: ${version}\nfiles:\n  - url: ${name}\n    sha512: ${sum}\n    size: ${statSync(file).size}\npath: ${name}\nsha512: ${sum}\n`;
    },
    asked: () => asked,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
