import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { z } from 'zod';
import { FaultError } from '../fault-error.ts';
import { readTextFile } from '../files.ts';

/**
 * How this PC reaches clearing, in `settings.json`. All may be left out: then the certificates of the system's
 * authorities are believed. `pins` are SHA-256 of the server's public key (SPKI), base64.
 */
export const transportSchema = z
  .object({
    /** A city's own authority: a PEM file that is believed instead of the public ones. */
    caFile: z.string().min(1).nullable().default(null),
    pins: z
      .array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/))
      .max(8)
      .default([]),
    /** Where clearing asks for one: certificate and key of this PC, PEM. */
    clientCertificateFile: z.string().min(1).nullable().default(null),
    clientKeyFile: z.string().min(1).nullable().default(null),
  })
  .strict();
export type TransportSettings = z.infer<typeof transportSchema>;

export const PLAIN_TRANSPORT: TransportSettings = {
  caFile: null,
  pins: [],
  clientCertificateFile: null,
  clientKeyFile: null,
};

export interface TlsOptions {
  readonly minVersion: 'TLSv1.3';
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
}

/** SHA-256 of a certificate's public key, base64: what a pin names. */
export function pinOf(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('base64');
}

function readPem(path: string): string {
  const text = readTextFile(path);
  if (text === null) throw new FaultError('settings-unreadable', { path, problem: 'there is no such file' });
  return text;
}

/** Options for Node's TLS. Throws `settings-unreadable` for a file that isn't there. */
export function tlsOptions(settings: TransportSettings): TlsOptions {
  const { caFile, pins, clientCertificateFile, clientKeyFile } = settings;
  return {
    minVersion: 'TLSv1.3',
    ...(caFile === null ? {} : { ca: readPem(caFile) }),
    ...(clientCertificateFile === null ? {} : { cert: readPem(clientCertificateFile) }),
    ...(clientKeyFile === null ? {} : { key: readPem(clientKeyFile) }),
    ...(pins.length === 0
      ? {}
      : {
          checkServerIdentity: (host: string, certificate: PeerCertificate) => {
            const wrong = checkServerIdentity(host, certificate);
            if (wrong !== undefined) return wrong;
            const pin = pinOf(new X509Certificate(certificate.raw));
            return pins.includes(pin) ? undefined : new Error(`the server's key ${pin} is not pinned`);
          },
        }),
  };
}

function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  if (isIP(name) === 4) return name.startsWith('127.');
  return name === 'localhost' || name === '::1';
}

/** Throws `clearing-not-trusted` for plain HTTP outside of this PC: codes and amounts would be open to read. */
export function requireSafeAddress(address: string): void {
  const { protocol, hostname } = new URL(address);
  if (protocol === 'https:' || isLoopback(hostname)) return;
  throw new FaultError('clearing-not-trusted', { problem: 'only https outside of this PC', address });
}
