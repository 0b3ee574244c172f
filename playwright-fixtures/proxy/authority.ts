/**
 * The certificates that the recorder presents to browsers. All of them have one key, so that a browser
 * can be told to accept exactly these: Chromium by the hash of the key, which also covers service
 * workers.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';

interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

export class Authority {
  /** SHA-256 of the SubjectPublicKeyInfo, in base64, as Chromium's switch takes it. */
  readonly keyHash: string;
  readonly #keyPair: KeyPair;
  readonly #contexts = new Map<string, Promise<SecureContext>>();

  private constructor(keyPair: KeyPair, keyHash: string) {
    this.#keyPair = keyPair;
    this.keyHash = keyHash;
  }

  static async create(): Promise<Authority> {
    const { private: privateKey, public: publicKey, cert } = await generate('framewright');
    const key = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
    const hash = createHash('sha256').update(key).digest('base64');
    return new Authority({ privateKey, publicKey }, hash);
  }

  /** For the host that a client asked for; made at the first request for it. */
  contextFor(host: string): Promise<SecureContext> {
    let context = this.#contexts.get(host);
    if (!context) {
      context = generate(host, this.#keyPair).then(({ cert }) =>
        createSecureContext({ key: this.#keyPair.privateKey, cert }),
      );
      this.#contexts.set(host, context);
    }
    return context;
  }
}

async function generate(host: string, keyPair?: KeyPair) {
  const { generate: generateCertificate } = await import('selfsigned');
  const name = isIP(host) ? ({ type: 7, ip: host } as const) : ({ type: 2, value: host } as const);
  // A common name has at most 64 characters (RFC 5280, appendix A); only the other name counts.
  return generateCertificate([{ name: 'commonName', value: host.slice(0, 64) }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(keyPair && { keyPair }),
    extensions: [{ name: 'subjectAltName', altNames: [name] }],
  });
}
