/**
 * Encryption of tokens at rest: AES-256-GCM, a fresh 96-bit nonce each, the record's name as associated data, so
 * that a value moved to another record does not open (NIST SP 800-38D).
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AnalystError } from '../agent/errors.ts';

/** @throws AnalystError bad_input unless it is 32 bytes */
export function parseKey(text: string): Buffer {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (key.length === 32) return key;
  throw new AnalystError(
    'bad_input',
    'The encryption key must be 32 bytes, as 64 hexadecimal digits or base64.',
    {
      hint: 'Make one with: openssl rand -hex 32',
    },
  );
}

export function seal(text: string, key: Buffer, name: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

/** @throws AnalystError unauthorised when the key is another one, or the value was changed */
export function open(sealed: string, key: Buffer, name: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
      .setAAD(Buffer.from(name))
      .setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new AnalystError('unauthorised', 'A stored token cannot be opened with this encryption key.', {
      hint: 'Restore the former key, or install the app again.',
      cause,
    });
  }
}
