import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MadeCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

function openssl(...args: readonly string[]): void {
  const run = spawnSync('openssl', args, { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`openssl ${args.join(' ')}: ${run.stderr}`);
}

/** A real authority on P-256 and what it has signed, made by openssl in a folder. */
export interface Authority {
  readonly caFile: string;
  issue(name: string): MadeCertificate;
}

export function makeAuthority(folder: string, name: string): Authority {
  const file = (ending: string): string => join(folder, `${name}.${ending}`);
  const p256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', `/CN=${name}`];
  openssl('req', '-x509', ...p256, ...subject, '-days', '2', '-keyout', file('key'), '-out', file('pem'));
  return {
    caFile: file('pem'),
    issue(its) {
      const own = (ending: string): string => join(folder, `${name}-${its}.${ending}`);
      const request = ['-keyout', own('key'), '-out', own('csr'), '-subj', `/CN=${its}`];
      openssl('req', '-new', ...p256, ...request);
      writeFileSync(own('ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
      const signer = ['-CA', file('pem'), '-CAkey', file('key'), '-CAcreateserial', '-days', '2'];
      openssl('x509', '-req', '-in', own('csr'), ...signer, '-extfile', own('ext'), '-out', own('pem'));
      return {
        certFile: own('pem'),
        keyFile: own('key'),
        cert: readFileSync(own('pem'), 'utf8'),
        key: readFileSync(own('key'), 'utf8'),
      };
    },
  };
}
