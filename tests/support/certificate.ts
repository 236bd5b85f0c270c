import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Makes a certificate that signs itself.
 * @param subject what it is for: `DNS:localhost`, `IP:127.0.0.1`
 * @returns the files of the key and of the certificate, in the folder
 */
export function makeCertificate(folder: string, subject: string): { key: string; certificate: string } {
  const [key, certificate] = [join(folder, 'server.key'), join(folder, 'server.crt')];
  const name = ['-subj', `/CN=${subject.replace(/^.*?:/, '')}`, '-addext', `subjectAltName=${subject}`];
  const files = ['-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...name], {
    stdio: 'pipe',
  });
  return { key, certificate };
}
