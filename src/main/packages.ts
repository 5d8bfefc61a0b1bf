import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { KeptPackage } from '../contract/terminal/update-record.ts';

/** The folder, in the data folder, of the packages that can be gone back to: at most two, some 130 MB each. */
const FOLDER = 'packages';

export interface PackageStore {
  /** Copies a package into the store, durably. Throws where the disk is full or can't be written. */
  keep(version: string, file: string): Promise<KeptPackage>;
  /** The same from a stream of bytes; `ending` is the file name's, with its dot. */
  keepBytes(version: string, ending: string, bytes: AsyncIterable<Uint8Array>): Promise<KeptPackage>;
  /** The path of a kept package whose bytes are still the ones that were kept; null otherwise. */
  verified(kept: KeptPackage): Promise<string | null>;
  /** Removes every other package. */
  forgetAllBut(kept: KeptPackage | null): void;
}

/** Opens the file only when its first bytes are asked for: a stream that fails unheard would end the program. */
async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(file)) yield chunk as Uint8Array;
}

async function sha512Of(file: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const chunk of bytesOf(file)) hash.update(chunk);
  return hash.digest('base64');
}

export function packageStore(dataFolder: string): PackageStore {
  const folder = join(dataFolder, FOLDER);

  async function keepBytes(
    version: string,
    ending: string,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<KeptPackage> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = `${version}${ending}`.replaceAll(/[^\w.~+-]/g, '_');
    const partial = join(folder, `${file}.partial`);
    const hash = createHash('sha512');
    const written = await open(partial, 'w', 0o700);
    try {
      for await (const chunk of bytes) {
        hash.update(chunk);
        await written.writeFile(chunk);
      }
      await written.sync();
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    } finally {
      await written.close();
    }
    await rename(partial, join(folder, file));
    return { version, file, sha512: hash.digest('base64') };
  }

  return {
    keepBytes,
    keep: (version, file) => keepBytes(version, extname(file), bytesOf(file)),
    async verified({ file, sha512 }) {
      const path = join(folder, file);
      if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return null;
      return (await sha512Of(path)) === sha512 ? path : null;
    },
    forgetAllBut(kept) {
      let present: readonly string[] = [];
      try {
        present = readdirSync(folder);
      } catch {
        return;
      }
      for (const name of present) if (name !== kept?.file) rmSync(join(folder, name), { force: true });
    },
  };
}
